/// An object's version as a store gave it, compared as a number when it is one.
enum ResourceVersion: Sendable, Hashable {
    /// A whole number: younger versions are greater.
    case number(UInt64)
    /// Anything else: only equal or different.
    case opaque(String)

    init(_ text: String) {
        if let number = UInt64(text) { self = .number(number) } else { self = .opaque(text) }
    }

    /// The version as the store knows it.
    var text: String {
        switch self {
        case .number(let number): String(number)
        case .opaque(let text): text
        }
    }

    /// Whether this is surely the older of the two.
    func isOlder(than other: ResourceVersion) -> Bool {
        if case (.number(let left), .number(let right)) = (self, other) { left < right } else { false }
    }

    /// Whether this is surely not the younger of the two.
    func isAtMost(_ other: ResourceVersion) -> Bool {
        if case (.number(let left), .number(let right)) = (self, other) { left <= right } else { false }
    }
}
