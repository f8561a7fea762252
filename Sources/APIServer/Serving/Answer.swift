import JSON
import KubernetesModel
import ResourceStore

/// What the server says to a request, before it is put into the representation that the client takes.
enum Answer: Sendable {
    /// One object.
    case object(ServedKind, Object, code: Int, warnings: [String])
    /// A page of objects.
    case list(ServedKind, ObjectPage)
    /// A document with one representation only, such as discovery or a Status.
    case document(JSONValue, code: Int)
    /// Something that is not JSON.
    case bytes([UInt8], contentType: String)
    /// A word for probes.
    case text(String, code: Int)
    /// Changes as they come.
    case watch(Watch)
}

/// Part of a list.
struct ObjectPage: Sendable {
    let objects: [Object]
    let resourceVersion: String
    /// What to ask for the next page with; `nil` on the last.
    let next: ContinueToken?
    /// How many objects follow, when it is known.
    let remaining: Int?
}

/// A watch that is under way.
struct Watch: Sendable {
    let kind: ServedKind
    let stream: any WatchStream
    /// Decides what of the changes the client sees.
    var filter: WatchFilter
    /// The version that the stream begins after.
    let resourceVersion: String
    /// What is sent before the first change.
    let initial: [WatchEvent]
    /// Whether the client wants to be told where what there was ends and what changes begins.
    let hasInitialEnd: Bool
    /// Whether the client takes bookmarks.
    let hasBookmarks: Bool
    /// How long the client wants to listen.
    let timeout: Duration
}
