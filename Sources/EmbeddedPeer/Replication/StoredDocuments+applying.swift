import DocumentStore
import Documents
import JSON
import TableReplication

extension StoredDocuments {
    /// Applies rows and moves the checkpoint, in one transaction.
    func apply(_ request: ApplyRequest) async throws(StoreFailure) -> ApplyResult {
        let applied: AppliedRows
        // Rows of which not even the `_id` can be read do not get as far as the store.
        var unreadable: [DocumentError] = []
        do throws(StoreError) {
            switch request.mode {
            case .merge(let onLeave): applied = try await self.merge(request, onLeave)
            case .replace(let run): applied = try await self.takeOver(request, run, unreadable: &unreadable)
            }
        } catch {
            throw StoreFailure(error)
        }
        return ApplyResult(
            wanted: applied.wanted.map(\.bytes),
            documents: self.count(of: request.key.collection),
            skipped: applied.skipped + unreadable.count,
            skipReason: (applied.skipReason ?? unreadable.last)?.description
        )
    }

    private func merge(_ request: ApplyRequest, _ onLeave: LeavePolicy) async throws(StoreError) -> AppliedRows {
        let batches = request.batches.map { batch in
            RemoteBatch(
                collection: request.key.collection,
                origin: request.origin ?? "",
                onLeave: onLeave == .evict ? .evict : .keep,
                bytes: batch.bytes,
                rows: batch.rows.map(Self.row)
            )
        }
        return try await self.store.apply(batches, checkpoint: Self.checkpoint(request))
    }

    private static func row(_ row: RowBatch.Row) -> RemoteBatch.Row {
        let kind: RemoteBatch.Kind =
            switch row.kind {
            case .alive, .deleted: .version
            case .left: .left
            case .gone: .gone
            }
        return RemoteBatch.Row(
            kind,
            id: row.id.isEmpty ? nil : row.id.indices,
            body: row.kind == .alive ? row.body.indices : nil,
            stamps: row.stamps.indices
        )
    }

    private func takeOver(
        _ request: ApplyRequest,
        _ run: ApplyRequest.Run,
        unreadable: inout [DocumentError]
    ) async throws(StoreError) -> AppliedRows {
        var rows: [ForeignRow] = []
        for batch in request.batches {
            for row in batch.rows {
                do throws(DocumentError) {
                    rows.append(try Self.foreignRow(row, of: batch))
                } catch {
                    unreadable.append(error)
                }
            }
        }
        return try await self.store.takeOver(
            rows,
            into: request.key.collection,
            ForeignRun(of: request.key.peer, ForeignRun.Stage(run)),
            checkpoint: Self.checkpoint(request)
        )
    }

    private static func foreignRow(_ row: RowBatch.Row, of batch: RowBatch) throws(DocumentError) -> ForeignRow {
        let fields = (try? JSONValue(parsing: Array(batch[row.body])))?.object ?? JSONObject()
        let id: DocumentID
        if row.id.isEmpty {
            guard let value = fields["_id"] else { throw .missingID }
            id = try DocumentID(value)
        } else {
            id = try DocumentID(text: Array(batch[row.id]))
        }
        guard row.kind == .alive else { return .deleted(id) }
        do throws(DocumentError) {
            return .document(try DocumentContent(id: id, fields))
        } catch {
            return .unusable(id, because: error)
        }
    }

    private static func checkpoint(_ request: ApplyRequest) -> DocumentStore.Checkpoint? {
        request.checkpoint.map { point in
            DocumentStore.Checkpoint(
                peer: request.key.peer,
                collection: request.key.collection,
                guid: point.guid,
                usn: point.usn,
                digest: point.queries
            )
        }
    }
}

extension ForeignRun.Stage {
    fileprivate init(_ run: ApplyRequest.Run) {
        self =
            switch run {
            case .incremental: .incremental
            case .marking(let isFirst): .marking(isFirst: isFirst)
            case .sweep: .sweep
            }
    }
}
