import FoundationEssentials
import JSON
import KubernetesModel

/// The values of a Secret, decoded; nothing prints them.
struct SecretData: Sendable, Hashable {
    private let values: [String: [UInt8]]

    /// Reads `data` (base64) and `stringData`; what cannot be decoded is left out.
    init(_ object: Object) {
        var values: [String: [UInt8]] = [:]
        for member in object.content["data"]?.object?.members ?? [] {
            if let text = member.value.string, let data = Data(base64Encoded: text) {
                values[member.key] = [UInt8](data)
            }
        }
        for member in object.content["stringData"]?.object?.members ?? [] {
            if let text = member.value.string { values[member.key] = Array(text.utf8) }
        }
        self.values = values
    }

    /// A value, if it is there and not empty.
    func bytes(_ key: String) -> [UInt8]? {
        self.values[key].flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension SecretData: CustomStringConvertible, CustomReflectable {
    /// The number of values.
    var description: String { "Secret(\(self.values.count) values)" }
    /// Nothing, so that `dump` shows nothing.
    var customMirror: Mirror { Mirror(self, children: [:]) }
}
