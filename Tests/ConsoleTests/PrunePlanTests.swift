import JSON
import KubernetesModel
import Planning
import Resources
import Testing

@testable import Console

@Suite("PrunePlan")
struct PrunePlanTests {
    static func entry(_ name: String, _ kind: ResourceKind = .bigPeerReplication) -> Inventory.Entry {
        let namespace = kind.isNamespaced ? "fleet" : ""
        return Inventory.Entry(
            group: kind.group,
            kind: kind.kind,
            key: ObjectKey(namespace: namespace, name: name)
        )
    }

    private static func live(_ name: String, uid: String = "u", _ change: (inout Object) -> Void = { _ in }) -> Object {
        var object = Samples.replication(name, on: "berlin", [])
        object.metadata.uid = uid
        object.metadata.annotations[ThreeWayMerge.annotation] = "{}"
        change(&object)
        return object
    }

    /// A set of three, of which `c` is in no file any more.
    private static func plan(
        uid: String = "u",
        live: Object?,
        holders: [Inventory.Entry: String] = [:],
        failures: Int = 0,
        declared: Set<Inventory.Entry> = [Self.entry("a"), Self.entry("b")]
    ) -> PrunePlan {
        PrunePlan(
            AppliedSet([Self.entry("a"): "x", Self.entry("b"): "y", Self.entry("c"): uid]),
            declared: declared,
            live: live.map { [Self.entry("c"): $0] } ?? [:],
            holders: holders,
            failures: failures,
            maximumDeletes: nil
        )
    }

    @Test("what was applied before and is in no file any more goes, with the uid that it had")
    func doomed() {
        let plan = Self.plan(live: Self.live("c"))
        #expect(plan.doomed.map(\.entry) == [Self.entry("c")])
        #expect(plan.doomed.map(\.uid) == ["u"])
        #expect(plan.heldSentence == nil)
    }

    @Test("what is gone already is forgotten, and what is on its way out is waited for")
    func vanished() {
        #expect(Self.plan(live: nil).vanished == [Self.entry("c")])
        let leaving = Self.plan(live: Self.live("c") { $0.metadata.deletionTimestamp = "2026-11-21T00:00:00Z" })
        #expect(leaving.leaving == [Self.entry("c")])
        #expect(leaving.doomed.isEmpty)
    }

    @Test("an object that somebody else made anew stays")
    func madeAnew() {
        let plan = Self.plan(live: Self.live("c", uid: "other"))
        #expect(plan.doomed.isEmpty)
        #expect(plan.kept.first?.reason.contains("made it anew") == true)
    }

    @Test("an object whose creation was cut short goes only if an apply made it")
    func cutShort() {
        #expect(Self.plan(uid: "", live: Self.live("c")).doomed.count == 1)
        let foreign = Self.live("c") { $0.metadata.annotations = [:] }
        #expect(Self.plan(uid: "", live: foreign).doomed.isEmpty)
    }

    @Test("peerage.dev/prune: disabled keeps an object, and any other value does not")
    func disabled() {
        let kept = Self.live("c") { $0.metadata.annotations[PeerageAPI.pruneAnnotation] = "disabled" }
        #expect(Self.plan(live: kept).kept.count == 1)
        let other = Self.live("c") { $0.metadata.annotations[PeerageAPI.pruneAnnotation] = "enabled" }
        #expect(Self.plan(live: other).doomed.count == 1)
    }

    @Test("an object that another inventory holds stays with that")
    func shared() {
        let plan = Self.plan(live: Self.live("c"), holders: [Self.entry("c"): "other"])
        #expect(plan.doomed.isEmpty)
        #expect(plan.kept.first?.reason.contains("\"other\"") == true)
    }

    @Test("a Namespace is never pruned")
    func namespace() {
        let entry = Self.entry("fleet", .namespace)
        var object = Object(kind: .namespace, metadata: ObjectMeta(name: "fleet"))
        object.metadata.uid = "n"
        let plan = PrunePlan(
            AppliedSet([entry: "n", Self.entry("a"): "x"]),
            declared: [Self.entry("a")],
            live: [entry: object],
            maximumDeletes: nil
        )
        #expect(plan.doomed.isEmpty)
        #expect(plan.kept.count == 1)
    }

    @Test("F7: files without any object, and an object that could not be applied, hold everything back")
    func held() {
        let empty = Self.plan(live: Self.live("c"), declared: [])
        #expect(empty.doomed.isEmpty)
        #expect(empty.heldSentence?.contains("the files hold no object") == true)
        let failed = Self.plan(live: Self.live("c"), failures: 1)
        #expect(failed.doomed.isEmpty)
        #expect(failed.heldSentence?.contains("could not be applied") == true)
    }

    @Test("an empty set deletes nothing even when --max-deletes allows it")
    func emptyWithBudget() {
        let plan = PrunePlan(
            AppliedSet([Self.entry("c"): "u"]),
            declared: [],
            live: [Self.entry("c"): Self.live("c")],
            maximumDeletes: 100
        )
        #expect(plan.doomed.isEmpty)
        #expect(plan.held == [Self.entry("c")])
    }

    @Test("more than ten of a small set are held back, and counted are only those that would really go")
    func budget() {
        let entries = (0..<12).map { Self.entry("x\($0)") }
        var uids = Dictionary(uniqueKeysWithValues: entries.map { ($0, "u") })
        uids[Self.entry("stays")] = "s"
        func plan(gone: Int, allowed: Int? = nil) -> PrunePlan {
            let live = entries.dropFirst(gone).map { ($0, Self.live($0.key.name)) }
            return PrunePlan(
                AppliedSet(uids),
                declared: [Self.entry("stays")],
                live: Dictionary(uniqueKeysWithValues: live),
                maximumDeletes: allowed
            )
        }
        #expect(plan(gone: 0).held.count == 12)
        #expect(plan(gone: 0).heldSentence?.contains("and 2 more") == true)
        #expect(plan(gone: 2).doomed.count == 10)
        #expect(plan(gone: 0, allowed: 12).doomed.count == 12)
    }

    @Test("each object goes before what it needs")
    func order() {
        let secret = Self.entry("token", .secret)
        let peer = Self.entry("berlin", .bigPeer)
        let replication = Self.entry("cars")
        var live: [Inventory.Entry: Object] = [:]
        for entry in [secret, peer, replication] { live[entry] = Self.live(entry.key.name) }
        let plan = PrunePlan(
            AppliedSet([secret: "u", peer: "u", replication: "u", Self.entry("a"): "x"]),
            declared: [Self.entry("a")],
            live: live,
            maximumDeletes: nil
        )
        #expect(plan.doomed.map(\.entry) == [replication, peer, secret])
    }
}
