import JSON

extension Publisher {
    /// Handles a foreign client's `ReplicateAdd`, `ReplicateUpdate` or `ReplicateDel`.
    ///
    /// An accepted change comes back to every session, the client's own included, as any other change does. A refused
    /// one is answered with `error`; the session goes on.
    mutating func edit(_ message: Envelope, into actions: inout [NodeAction]) {
        guard case .table(var table) = self.form else { return }
        let result: MessageType
        switch message.type {
        case .replicateAdd: result = .replicateAddResult
        case .replicateUpdate: result = .replicateUpdateResult
        case .replicateDel: result = .replicateDelResult
        default: return
        }
        let columns = message.value("columns")
        let id = columns?["_id"]
        let key: [UInt8]? =
            switch id {
            case .string, .object: id?.bytes
            default: nil
            }
        switch Self.decide(message.type, columns: columns, key: key, id: id, table) {
        case .failure(let refusal): self.refuse(result, id: key, refusal.reason, into: &actions)
        case .success(let (change, fields)):
            table.lastEdit += 1
            table.edits[table.lastEdit] = TableForm.PendingEdit(result: result, id: key)
            self.form = .table(table)
            actions.append(
                .edit(
                    EditRequest(
                        session: self.id,
                        number: table.lastEdit,
                        app: self.app,
                        collection: self.collection,
                        change: change,
                        id: key,
                        fields: JSONValue.object(fields).bytes
                    )
                )
            )
        }
    }

    /// How many edits may be with the store.
    private static let maximumEdits = 1_024

    private static func decide(
        _ type: MessageType?,
        columns: JSONValue?,
        key: [UInt8]?,
        id: JSONValue?,
        _ table: TableForm
    ) -> Result<(EditRequest.Change, JSONObject), StoreFailure> {
        guard let columns = columns?.object else { return .failure(StoreFailure("columns must be an object")) }
        guard table.edits.count < Self.maximumEdits else { return .failure(StoreFailure("too many changes at once")) }
        if id != nil, key == nil { return .failure(StoreFailure("_id must be a string or an object")) }
        if key == nil, type != .replicateAdd { return .failure(StoreFailure("columns must have an _id")) }
        var fields = JSONObject()
        switch type {
        case .replicateAdd:
            guard table.mayAdd else { return .failure(StoreFailure("this session may not add rows")) }
            for column in table.columns where column != .key {
                let name = column.text
                if let value = columns[name] { fields[name] = value }
            }
            return .success((.set, fields))
        case .replicateDel:
            guard table.mayDelete else { return .failure(StoreFailure("this session may not delete rows")) }
            return .success((.delete, fields))
        default:
            for column in table.columns where column.update {
                let name = column.text
                if let value = columns[name] { fields[name] = value }
            }
            guard !fields.isEmpty else {
                return .failure(StoreFailure("none of these columns was started with update"))
            }
            return .success((.update, fields))
        }
    }

    /// Takes the store's answer to an edit.
    mutating func edited(_ number: UInt64, _ result: EditResult, into actions: inout [NodeAction]) {
        guard case .table(var table) = self.form, let edit = table.edits.removeValue(forKey: number) else { return }
        self.form = .table(table)
        switch result {
        case .done: return
        case .missing: self.refuse(edit.result, id: edit.id, "there is no such row", into: &actions)
        case .refused(let reason): self.refuse(edit.result, id: edit.id, reason, into: &actions)
        }
    }

    private func refuse(_ type: MessageType, id: [UInt8]?, _ reason: String, into actions: inout [NodeAction]) {
        var writer = MessageWriter(type, api: self.api, source: self.source)
        writer.member("error", 1)
        writer.member("errorText", reason)
        if let id {
            writer.name("columns")
            writer.openObject()
            writer.member("_id", json: id)
            writer.closeObject()
        }
        actions.append(.send(self.id.link, writer.finished()))
    }
}
