import JSON
import KubernetesModel

extension FieldPath {
    /// The path of a field inside `spec`.
    static func spec(_ names: String...) -> FieldPath {
        FieldPath([.key("spec")] + names.map { .key($0) })
    }

    /// `metadata.name`.
    static let name = FieldPath([.key("metadata"), .key("name")])
}

extension JSONValue {
    /// The value that a path of names leads to; `nil` when it is absent or null.
    subscript(path: [String]) -> JSONValue? {
        let value = path.reduce(self as JSONValue?) { $0?[$1] }
        return value?.isNull == true ? nil : value
    }
}
