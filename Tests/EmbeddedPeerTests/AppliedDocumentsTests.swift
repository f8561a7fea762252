import DocumentStore
import Documents
import JSON
import Testing

@testable import EmbeddedPeer
@testable import TableReplication

/// What replication asks of a real store.
@Suite("Documents as replication asks for them")
struct AppliedDocumentsTests {
    private static let session = SessionID(link: .accepted(1), number: 1)

    private func documents() throws -> StoredDocuments {
        StoredDocuments(try AppStore(inMemoryFor: PeerID(rawValue: 1)), logger: .silent)
    }

    private func request(
        _ rows: [(id: String, body: String)],
        _ run: ApplyRequest.Run,
        from publisher: String = "pbx:1"
    ) -> ApplyRequest {
        var batch = RowBatch()
        for row in rows {
            let (id, body) = (Array(row.id.utf8), Array(row.body.utf8))
            batch.append(.alive, usn: 0, firstUSN: 0, id: id, body: body, stamps: [])
        }
        return ApplyRequest(
            session: Self.session,
            key: CheckpointKey(app: "cars", peer: publisher, collection: "cars"),
            batches: [batch],
            mode: .replace(run),
            origin: nil,
            checkpoint: nil
        )
    }

    @Test("rows of a foreign publisher that cannot be taken are counted, and do not hold up the others")
    func foreign() async throws {
        let documents = try self.documents()
        let long = String(repeating: "x", count: 5_000)
        let deep = String(repeating: "[", count: 70) + String(repeating: "]", count: 70)
        let rows = [
            (id: "\"\(long)\"", body: "{\"_id\":\"\(long)\"}"), (id: #""deep""#, body: #"{"_id":"deep","a":\#(deep)}"#),
            (id: #""a""#, body: #"{"_id":"a"}"#),
        ]
        let result = try await documents.apply(self.request(rows, .marking(isFirst: true)))
        #expect(result.skipped == 2)
        #expect(result.skipReason?.isEmpty == false)
        #expect(result.documents == 1)
    }

    @Test("the full runs of two publishers delete nothing of one another's")
    func publishers() async throws {
        let documents = try self.documents()
        let a = [(id: #""a""#, body: #"{"_id":"a"}"#)]
        let b = [(id: #""b""#, body: #"{"_id":"b"}"#)]
        _ = try await documents.apply(self.request(a, .marking(isFirst: true), from: "p"))
        _ = try await documents.apply(self.request(b, .marking(isFirst: true), from: "q"))
        _ = try await documents.apply(self.request([], .sweep, from: "p"))
        #expect(try await documents.apply(self.request([], .sweep, from: "q")).documents == 2)
    }

    @Test("an edit of a foreign client whose _id is too long is refused")
    func longID() async throws {
        let documents = try self.documents()
        let edit = EditRequest(
            session: Self.session,
            number: 1,
            app: "cars",
            collection: "cars",
            change: .set,
            id: Array("\"\(String(repeating: "x", count: 5_000))\"".utf8),
            fields: Array("{}".utf8)
        )
        let result: EditResult = await withCheckedContinuation { caller in
            documents.edit(edit) { caller.resume(returning: $0) }
        }
        guard case .refused = result else {
            Issue.record("expected a refusal, not \(result)")
            return
        }
    }
}
