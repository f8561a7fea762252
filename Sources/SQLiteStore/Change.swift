import KubernetesModel
import ResourceStore

/// One committed change of one object, encoded.
struct Change: Sendable {
    /// What happened to the object.
    enum Sort: Sendable, Hashable {
        /// It is new.
        case added
        /// It changed.
        case modified
        /// It is gone.
        case deleted
    }

    /// The version that the change gave to the object.
    let version: Int64
    /// What happened.
    let sort: Sort
    /// The kind, as the database names it.
    let kind: String
    /// The object's namespace.
    let namespace: String
    /// The object as JSON.
    let body: [UInt8]
    /// The object itself, while the change is young: most watchers read it then.
    var decoded: Decoded?

    /// An object behind one word.
    final class Decoded: Sendable {
        let object: Object

        init(_ object: Object) {
            self.object = object
        }
    }
}

extension Change {
    /// About what the change takes in memory.
    var byteCount: Int { self.body.count + 128 }

    /// The change as a watcher reads it.
    var event: WatchEvent {
        get throws(APIStatus) {
            let object = if let decoded { decoded.object } else { try Object(stored: self.body) }
            return switch self.sort {
            case .added: .added(object)
            case .modified: .modified(object)
            case .deleted: .deleted(object)
            }
        }
    }
}
