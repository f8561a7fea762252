import DocumentStore
import Documents
import JSON
import TableReplication

extension StoredDocuments {
    /// Writes edits in their order: together when all are good, else one by one so that the bad ones fail alone.
    func write(_ waiting: [EditQueue.Waiting]) async {
        var edits: [LocalEdit] = []
        var answers: [@Sendable (EditResult) -> Void] = []
        for (request, answer) in waiting {
            do throws(DocumentError) {
                edits.append(try Self.edit(request))
                answers.append(answer)
            } catch {
                answer(.refused(error.description))
            }
        }
        guard !edits.isEmpty else { return }
        if let written = try? await self.store.write(edits) {
            for (index, answer) in answers.enumerated() { answer(Self.result(written.outcomes[index])) }
            return
        }
        for (edit, answer) in zip(edits, answers) {
            do throws(StoreError) {
                let written = try await self.store.write([edit])
                answer(written.outcomes.first.map(Self.result) ?? .missing)
            } catch {
                answer(.refused(error.description))
            }
        }
    }

    private static func edit(_ request: EditRequest) throws(DocumentError) -> LocalEdit {
        let fields = (try? JSONValue(parsing: request.fields))?.object ?? JSONObject()
        let known: DocumentID? = if let id = request.id { try DocumentID(text: id) } else { nil }
        switch (request.change, known) {
        case (.set, let id):
            let made = try DocumentID(.string(AppID.random()))
            let content = try DocumentContent(id: id ?? made, fields)
            return LocalEdit(request.collection, .insert(content, onConflict: .update))
        case (.update, let id?):
            return LocalEdit(request.collection, .update(try DocumentContent(id: id, fields), removing: []))
        case (.delete, let id?): return LocalEdit(request.collection, .delete(id))
        case (.update, nil), (.delete, nil): throw .missingID
        }
    }

    private static func result(_ outcome: LocalEdit.Outcome) -> EditResult {
        switch outcome {
        case .inserted, .updated, .removed: .done
        case .nothing, .moved: .missing
        }
    }
}
