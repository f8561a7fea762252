import HTTP
import KubernetesModel
import ResourceStore

/// The changes of one kind as they come from an API server.
///
/// *Assumptions:* one task reads.
package final class KubernetesWatch: WatchStream {
    private let lines: KubernetesEventLines

    init(_ stream: HTTPStream, server: ServerAddress) {
        self.lines = KubernetesEventLines(stream, server: server)
    }

    /// Waits for changes and takes all that there are; `nil` when the server has ended the watch in good order.
    package func nextEvents() async throws(KubernetesError) -> [WatchEvent]? {
        while let lines = try await self.lines.next() {
            // Types that a later Kubernetes may invent are passed over, as its API conventions ask of clients.
            let events = lines.compactMap { type, json in Self.event(type, Object(json)) }
            guard events.allSatisfy(\.isWhole) else {
                self.lines.cancel()
                // As `Expired`: whoever follows goes on with a list, and not from where it would hear the same again.
                throw .status(APIStatus(.expired, "the watch told of something without a name or a version"))
            }
            if !events.isEmpty { return events }
        }
        return nil
    }

    private static func event(_ type: String, _ object: Object) -> WatchEvent? {
        switch type {
        case "ADDED": .added(object)
        case "MODIFIED": .modified(object)
        case "DELETED": .deleted(object)
        case "BOOKMARK": .bookmark(resourceVersion: object.metadata.resourceVersion)
        default: nil
        }
    }

    /// Waits for changes and takes all that there are; `nil` when the server has ended the watch in good order.
    package func next() async throws(APIStatus) -> [WatchEvent]? {
        do throws(KubernetesError) {
            return try await self.nextEvents()
        } catch {
            throw error.status
        }
    }

    /// Ends the watch; a waiting `next` returns `nil`.
    package func cancel() {
        self.lines.cancel()
    }
}

extension WatchEvent {
    /// Whether it says what it is about, and up to where the watch has told everything.
    fileprivate var isWhole: Bool {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object):
            !object.metadata.name.isEmpty && !object.metadata.resourceVersion.isEmpty
        case .bookmark(let version): !version.isEmpty
        }
    }
}
