import HTTP
import JSON
import KubernetesModel
import Synchronization

/// The events of a watch as the server wrote them, in batches.
///
/// *Assumptions:* one task reads.
package final class KubernetesEventLines: Sendable {
    private let stream: HTTPStream
    private let server: ServerAddress
    private let state = Mutex(State())

    private struct State {
        var reader = EventLineReader()
        var isCancelled = false
        /// An error that came behind events that had to be told first.
        var error: JSONValue?
    }

    init(_ stream: HTTPStream, server: ServerAddress) {
        self.stream = stream
        self.server = server
    }

    /// Waits for events and takes all that have arrived.
    ///
    /// - Returns: At least one event, as type and object; `nil` when the watch has ended in good order.
    /// - Throws: The `ERROR` event's status, or why the connection broke.
    package func next() async throws(KubernetesError) -> [(type: String, object: JSONValue)]? {
        if let error = self.state.withLock({ $0.error }) { throw self.failure(error) }
        while true {
            let bytes: [UInt8]?
            do throws(HTTPError) {
                bytes = try await self.stream.next()
            } catch {
                if self.state.withLock({ $0.isCancelled }) { return nil }
                throw .connection(error, self.server)
            }
            guard let bytes else { return nil }
            let lines: [EventLineReader.Line]
            do throws(EventLineReader.Malformed) {
                lines = try self.state.withLock { (state) throws(EventLineReader.Malformed) in
                    try state.reader.lines(adding: bytes)
                }
            } catch {
                self.stream.cancel()
                throw .unexpectedAnswer("\(self.server): \(error.message)")
            }
            let events = lines.prefix { $0.type != "ERROR" }
            if events.count < lines.count {
                let error = lines[events.count].object
                guard !events.isEmpty else { throw self.failure(error) }
                self.state.withLock { $0.error = error }
            }
            if !events.isEmpty { return events.map { ($0.type, $0.object) } }
        }
    }

    private func failure(_ error: JSONValue) -> KubernetesError {
        self.stream.cancel()
        return .status(APIStatus(error, code: error["code"]?.integer.flatMap(Int.init(exactly:)) ?? 500))
    }

    /// Ends the watch; a waiting `next` returns `nil`.
    package func cancel() {
        self.state.withLock { $0.isCancelled = true }
        self.stream.cancel()
    }
}
