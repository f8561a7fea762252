import FieldOwnership
import JSON
import KubernetesModel

/// Keeps account of who writes which fields through the API.
///
/// The operator writes status and finalizers straight into the store, and keeps no account: that costs it nothing.
/// Whenever the API writes such an object next, what nobody owns of these is entered as the operator's, without a time.
struct FieldTracker: Sendable {
    /// Under which name the operator's own writes are entered.
    static let operatorName = "peerage"

    let kind: ServedKind
    /// The writer's name.
    let name: String
    /// What is written to: `status`, or the object itself when empty.
    let subresource: String
    let now: String

    /// Tells who writes by a request.
    init(_ request: APIRequest, kind: ServedKind, subresource: String = "", now: String) throws(APIStatus) {
        self.kind = kind
        self.name = try request.managerName()
        self.subresource = subresource
        self.now = now
    }

    /// An object as it is created, with all of it its creator's.
    func created(_ object: Object) -> Object {
        let fields = ManagedFields().updated(
            from: self.kind.kind.blank,
            to: object.bare,
            self.kind.shape,
            by: self.manager(.update),
            at: self.now
        )
        return object.with(fields)
    }

    /// An object as it is written, with what changed its writer's.
    ///
    /// - Parameters:
    ///   - object: The object after the write.
    ///   - old: The object before.
    ///   - sent: The `managedFields` that the client sent or left as they were; `nil` when they do not count.
    /// - Returns: The object with its new ownership, which is the very same as before when nothing changed.
    func updated(_ object: Object, from old: Object, sent: JSONValue?) -> Object {
        let live = self.ownership(of: old)
        let base = self.base(sent, old: old, live: live)
        // Objects that are not tracked stay so until somebody applies.
        guard !base.isEmpty else { return object.with(base) }
        let fields = base.updated(
            from: old.bare,
            to: object.bare,
            self.kind.shape,
            by: self.manager(.update),
            at: self.now
        )
        return fields == live ? object.withFields(of: old) : object.with(fields)
    }

    /// Carries a server-side apply out.
    ///
    /// - Parameters:
    ///   - configuration: What the client wants.
    ///   - old: The object as it is, if there is one.
    ///   - isForced: Whether fields are taken from others.
    /// - Returns: The object, to be checked yet, and who owns what in it.
    /// - Throws: `Conflict` when others own fields that would change.
    func applied(
        _ configuration: JSONValue,
        to old: Object?,
        isForced: Bool
    ) throws(APIStatus) -> AppliedObject {
        do throws(FieldConflicts) {
            return try (old.map(self.ownershipBeforeApply) ?? ManagedFields()).appliedAfterClientSide(
                configuration,
                to: old?.bare ?? .object(JSONObject()),
                self.kind.shape,
                by: self.manager(.apply),
                isForced: isForced,
                at: self.now
            )
        } catch {
            throw APIStatus(error)
        }
    }

    /// An object as it is applied, with the ownership that the apply gave.
    func entered(_ fields: ManagedFields, into object: Object, old: Object?) -> Object {
        if let old, fields == self.ownership(of: old) { return object.withFields(of: old) }
        return object.with(fields)
    }

    private func manager(_ operation: FieldManager.Operation) -> FieldManager {
        FieldManager(
            self.name,
            operation,
            apiVersion: self.kind.kind.apiVersion,
            subresource: self.subresource
        )
    }

    /// Who owns what of an object; nobody anything when it is not tracked.
    private func ownership(of object: Object) -> ManagedFields {
        let stored = object.metadata.other[Object.managedFields].flatMap { try? ManagedFields($0) }
        guard let stored, !stored.isEmpty else { return ManagedFields() }
        return self.withOperatorsPart(stored, of: object)
    }

    /// The same before an apply, with which tracking begins: what was there until now is nobody's in particular.
    private func ownershipBeforeApply(of object: Object) -> ManagedFields {
        let fields = self.ownership(of: object)
        guard fields.isEmpty else { return fields }
        var before = object
        if self.kind.kind.hasStatus { before.status = nil }
        let manager = FieldManager("before-first-apply", .update, apiVersion: self.kind.kind.apiVersion)
        let blank = self.kind.kind.blank
        let former = fields.updated(from: blank, to: before.bare, self.kind.shape, by: manager, at: self.now)
        return self.withOperatorsPart(former, of: object)
    }

    private func withOperatorsPart(_ fields: ManagedFields, of object: Object) -> ManagedFields {
        guard self.kind.kind.hasStatus else { return fields }
        let version = self.kind.kind.apiVersion
        let operators = FieldManager(Self.operatorName, .update, apiVersion: version)
        let status = FieldManager(Self.operatorName, .update, apiVersion: version, subresource: "status")
        let finalizers: JSONValue = .array(object.metadata.finalizers.map(JSONValue.string))
        var result = fields.attributing(object.statusAlone, of: ["status"], self.kind.shape, to: status)
        if !object.metadata.finalizers.isEmpty {
            let metadata: JSONValue = ["metadata": ["finalizers": finalizers]]
            result = result.attributing(metadata, of: [], self.kind.shape, to: operators)
        }
        return result
    }

    /// The ownership that a write begins with: the client's, if it says anything, otherwise the object's.
    private func base(_ sent: JSONValue?, old: Object, live: ManagedFields) -> ManagedFields {
        guard let sent, sent != old.metadata.other[Object.managedFields] else { return live }
        if ManagedFields.isReset(sent) { return ManagedFields() }
        let fields = (try? ManagedFields(sent)) ?? ManagedFields()
        return fields.isEmpty ? live : self.withOperatorsPart(fields, of: old)
    }
}
