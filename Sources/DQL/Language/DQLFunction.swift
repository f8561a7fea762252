/// The functions of the language (https://docs.ditto.live/dql/operator-expressions).
package enum DQLFunction: String, Sendable, Hashable, CaseIterable {
    /// The amount of a number.
    case abs
    /// The next whole number.
    case ceil
    /// The whole number before.
    case floor
    /// Texts joined.
    case concat
    /// Whether a text holds another.
    case contains
    /// Whether a text starts with another.
    case startsWith = "starts_with"
    /// Whether a text ends with another.
    case endsWith = "ends_with"
    /// How many bytes a text has.
    case byteLength = "byte_length"
    /// How many characters a text has.
    case charLength = "char_length"
    /// The same by another name.
    case characterLength = "character_length"
    /// Whether a regular expression matches somewhere in a text.
    case regexpLike = "regexp_like"
    /// Whether a value is a boolean.
    case isBoolean = "is_boolean"
    /// Whether a value is a number.
    case isNumber = "is_number"
    /// Whether a value is text.
    case isString = "is_string"
    /// The name of a value's type.
    case type
    /// The value that a text is as JSON.
    case deserializeJSON = "deserialize_json"
    /// Whether an array holds a value.
    case arrayContains = "array_contains"
    /// Whether an array holds null.
    case arrayContainsNull = "array_contains_null"
    /// How many elements an array has.
    case arrayLength = "array_length"
    /// How many members an object has.
    case objectLength = "object_length"
    /// The names of an object's members.
    case objectKeys = "object_keys"
    /// The values of an object's members.
    case objectValues = "object_values"
    /// The first argument that is not null.
    case coalesce
    /// The value beside the first case that the input equals.
    case decode
    /// A value, or another when it is null.
    case nvl

    /// Finds a function by its name in any case.
    package init?(named name: String) {
        self.init(rawValue: name.lowercased())
    }

    /// How many arguments it takes.
    package var argumentCount: ClosedRange<Int> {
        switch self {
        case .concat, .coalesce: 1...1_000
        case .decode: 3...1_000
        case .regexpLike: 2...3
        case .contains, .startsWith, .endsWith, .arrayContains, .nvl: 2...2
        default: 1...1
        }
    }
}
