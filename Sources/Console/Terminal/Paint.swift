/// What a piece of text means, which decides its colour.
package enum Tone: Sendable, Hashable {
    /// Nothing special.
    case plain
    /// A heading.
    case strong
    /// In the background.
    case faint
    /// All is well.
    case good
    /// On the way, or not known.
    case attention
    /// Something is wrong.
    case bad
}

/// Gives text its colours, or leaves it as it is.
package struct Paint: Sendable, Hashable {
    /// Whether colours are given at all.
    package let isOn: Bool

    /// Creates paint.
    package init(isOn: Bool) {
        self.isOn = isOn
    }

    /// No colours.
    package static let none = Paint(isOn: false)

    /// The text in the colour of its tone (ECMA-48 SGR).
    package func callAsFunction(_ text: String, _ tone: Tone) -> String {
        guard self.isOn, !text.isEmpty, let code = tone.code else { return text }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}

extension Tone {
    fileprivate var code: Int? {
        switch self {
        case .plain: nil
        case .strong: 1
        case .faint: 2
        case .good: 32
        case .attention: 33
        case .bad: 31
        }
    }

    /// The tone of a condition's status or the like, by its word.
    package init(of word: String) {
        self =
            switch word {
            case "True", "Ready", "Running", "Live", "Active": .good
            case "False", "Warning", "Failed", "Stalled": .bad
            case "Unknown", "Terminating", "Connecting", "CatchingUp": .attention
            default: .plain
            }
    }
}
