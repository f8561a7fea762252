import KubernetesModel
import ResourceStore

/// A watch that cannot begin, and says why to whoever reads it.
struct FailedStream: WatchStream {
    let status: APIStatus

    func next() async throws(APIStatus) -> [WatchEvent]? { throw self.status }

    func cancel() {}
}
