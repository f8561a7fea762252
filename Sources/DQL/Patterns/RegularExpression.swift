/// A regular expression, run as a set of states that move over the text once.
///
/// Its time is the length of the text times that of the program, whatever the expression: there is no backtracking that
/// a query could be made to hang in. Groups are only for grouping, and there are no references back.
struct RegularExpression: Sendable, Hashable {
    /// One step of the program.
    enum Instruction: Sendable, Hashable {
        /// Takes one character of a class.
        case character(CharacterClass)
        /// Goes on at two places.
        case fork(Int, Int)
        /// Goes on elsewhere.
        case jump(Int)
        /// Goes on where a condition holds.
        case assertion(Assertion)
        /// The text matches.
        case match
    }

    /// The conditions on a place in the text.
    enum Assertion: Sendable, Hashable {
        case start
        case end
        case lineStart
        case lineEnd
        case wordBoundary
        case noWordBoundary
    }

    /// How an expression is read and run.
    struct Options: Sendable, Hashable {
        /// Letters match in any case.
        var isCaseless = false
        /// `^` and `$` match at every line.
        var isMultiline = false
        /// White space in the expression means nothing.
        var isExtended = false
        /// `.` matches a line break too.
        var dotMatchesLineBreaks = false

        init() {}

        /// Reads the flags of `regexp_like`; `nil` when one is unknown.
        init?(flags: String) {
            for flag in flags.unicodeScalars {
                switch flag {
                case "c": self.isCaseless = false
                case "i": self.isCaseless = true
                case "m": self.isMultiline = true
                case "x": self.isExtended = true
                case "s": self.dotMatchesLineBreaks = true
                default: return nil
                }
            }
        }
    }

    /// How long a program may become.
    static let maximumLength = 2_000

    let instructions: [Instruction]
    let isCaseless: Bool

    /// Whether the expression matches somewhere in a text.
    func matches(in text: Bytes) -> Bool {
        var run = RegularExpressionRun(self)
        return run.matches(text)
    }
}
