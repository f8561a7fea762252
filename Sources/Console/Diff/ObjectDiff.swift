import JSON
import KubernetesModel
import YAML

/// What applying a manifest would change in the live object: desired state, labels and annotations.
package struct ObjectDiff: Sendable {
    /// The kind.
    package let kind: ResourceKind
    /// The key.
    package let key: ObjectKey
    /// What applying would do.
    package let verb: Applier.Verb
    /// What stands against applying it, in the words of apply; `nil` when nothing is known to.
    package let refusal: String?
    /// The fields that would change.
    package let changes: [FieldChange]
    private let label: String
    private let diff: UnifiedDiff

    /// Compares what is with what would be.
    package init(_ kind: ResourceKind, _ proposal: Applier.Proposal) {
        let key = proposal.merged.key
        self.kind = kind
        self.key = key
        self.refusal = proposal.refusal?.sentence
        self.label = key.namespace.isEmpty ? kind.label(of: key.name) : "\(kind.label(of: key.name)) (\(key.namespace))"
        let old = proposal.live.map(Self.shown)
        let new = Self.shown(proposal.merged)
        let (hiddenOld, hiddenNew) = Self.redact(old, new, isSecret: kind == .secret)
        self.changes = FieldChange.between(hiddenOld, hiddenNew)
        self.diff = UnifiedDiff(from: hiddenOld.map(Self.text) ?? "", to: Self.text(hiddenNew))
        // Only what a person would call a difference is one: not the record of what was applied last.
        self.verb = proposal.live == nil ? .created : self.diff.isEmpty ? .unchanged : .configured
    }

    /// Whether nothing would change.
    package var isEmpty: Bool { self.diff.isEmpty }

    /// The lines, headed by what is compared.
    package func lines(_ paint: Paint = .none) -> [String] {
        guard !self.isEmpty else { return [] }
        return [paint("--- live/\(self.label)", .strong), paint("+++ manifest/\(self.label)", .strong)]
            + self.diff.lines.map { $0.text(paint) }
    }

    private static func text(_ json: JSONValue) -> String {
        YAML.text(of: [json], firstKeys: YAMLEmitter.resourceKeys)
    }

    /// The parts of an object that a manifest says something about.
    private static func shown(_ object: Object) -> JSONValue {
        var object = object
        var metadata = ObjectMeta(name: object.metadata.name, namespace: object.metadata.namespace)
        metadata.labels = object.metadata.labels
        metadata.annotations = object.metadata.annotations
        metadata.annotations[ThreeWayMerge.annotation] = nil
        object.metadata = metadata
        object.status = nil
        return object.json
    }

    /// Puts marks in place of a Secret's values, different ones where the values differ.
    private static func redact(_ old: JSONValue?, _ new: JSONValue, isSecret: Bool) -> (JSONValue?, JSONValue) {
        guard isSecret else { return (old, new) }
        var (hiddenOld, hiddenNew) = (old, new)
        for field in ["data", "stringData"] {
            let (oldValues, newValues) = (old?[field]?.object, new[field]?.object)
            for member in newValues?.members ?? [] {
                let mark = Self.mark(member.value, in: field)
                let before = oldValues?[member.key]
                let isSame = before == nil || before == member.value
                hiddenNew[field]?[member.key] = .string(isSame ? mark : "\(mark) (new)")
            }
            for member in oldValues?.members ?? [] {
                hiddenOld?[field]?[member.key] = .string(Self.mark(member.value, in: field))
            }
        }
        return (hiddenOld, hiddenNew)
    }

    private static func mark(_ value: JSONValue, in field: String) -> String {
        let text = value.string ?? ""
        let count = field == "data" ? Base64.byteCount(of: text) : text.utf8.count
        return "*** (\(count.of("byte")))"
    }
}
