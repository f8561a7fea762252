/// A set of characters, such as `[a-z]`.
struct CharacterClass: Sendable, Hashable {
    private(set) var ranges: [ClosedRange<UInt32>]
    /// Whether it is all others that are in it.
    var isNegated = false

    static let digit = CharacterClass([0x30...0x39])
    static let word = CharacterClass([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let space = CharacterClass([0x09...0x0D, 0x20...0x20, 0x85...0x85, 0xA0...0xA0, 0x2028...0x2029])
    static let any = CharacterClass([0...0x10_FFFF])
    static let lineBreak = CharacterClass([0x0A...0x0A])

    /// The classes that have a name in brackets, as in `[[:alpha:]]`.
    static let named: [String: CharacterClass] = [
        "alnum": CharacterClass([0x30...0x39, 0x41...0x5A, 0x61...0x7A]),
        "alpha": CharacterClass([0x41...0x5A, 0x61...0x7A]),
        "digit": .digit,
        "lower": CharacterClass([0x61...0x7A]),
        "punct": CharacterClass([0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]),
        "space": .space,
        "upper": CharacterClass([0x41...0x5A]),
        "xdigit": CharacterClass([0x30...0x39, 0x41...0x46, 0x61...0x66]),
    ]

    init(_ ranges: [ClosedRange<UInt32>] = []) {
        self.ranges = ranges
    }

    init(_ scalar: Unicode.Scalar) {
        self.ranges = [scalar.value...scalar.value]
    }

    /// All characters that are not in it.
    var negated: CharacterClass {
        var copy = self
        copy.isNegated.toggle()
        return copy
    }

    /// Adds a class that is not negated.
    mutating func formUnion(_ other: CharacterClass) { self.ranges += other.ranges }

    func contains(_ scalar: Unicode.Scalar, isCaseless: Bool) -> Bool {
        self.isNegated != (self.holds(scalar.value) || isCaseless && self.holdsOtherCase(of: scalar))
    }

    private func holds(_ value: UInt32) -> Bool { self.ranges.contains { $0.contains(value) } }

    private func holdsOtherCase(of scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            let isLetter = (scalar.value | 0x20) &- 0x61 < 26
            return isLetter && self.holds(scalar.value ^ 0x20)
        }
        return [scalar.properties.lowercaseMapping, scalar.properties.uppercaseMapping].contains { mapping in
            let scalars = mapping.unicodeScalars
            return scalars.count == 1 && scalars.first.map { self.holds($0.value) } == true
        }
    }
}
