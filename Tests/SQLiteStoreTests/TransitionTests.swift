import JSON
import KubernetesModel
import ResourceStore
import Testing

@testable import SQLiteStore

@Suite("Transition")
struct TransitionTests {
    private let now = "2026-01-02T00:00:00Z"
    private let stored: Object

    init() {
        var object = Object.widget("a").created(as: .widget, name: "a", uid: "u1", now: "2026-01-01T00:00:00Z")
        object.metadata.resourceVersion = "7"
        object.status = ["ready": true]
        self.stored = object
    }

    private func marked(_ finalizers: String...) -> Object {
        var object = self.stored
        object.metadata.finalizers = finalizers
        return object.marked(now: self.now)
    }

    @Test("what only the server may set is not taken from a client that creates")
    func created() {
        var sent = Object.widget("a")
        sent.metadata.uid = "forged"
        sent.metadata.generation = 9
        sent.metadata.creationTimestamp = "1970-01-01T00:00:00Z"
        sent.metadata.deletionTimestamp = "1970-01-01T00:00:00Z"
        sent.status = ["ready": true]
        let object = sent.created(as: .widget, name: "a", uid: "u1", now: self.now)
        #expect(object.metadata.uid == "u1")
        #expect(object.metadata.generation == 1)
        #expect(object.metadata.creationTimestamp == self.now)
        #expect(object.metadata.deletionTimestamp == nil)
        #expect(object.status == nil)
    }

    @Test("an update that changes nothing is no write")
    func unchanged() throws {
        #expect(try self.stored.updated(to: self.stored, kind: .widget) == .unchanged)
        var sent = Object.widget("a")
        sent.status = ["ready": "forged"]
        #expect(try self.stored.updated(to: sent, kind: .widget) == .unchanged)
    }

    @Test("a write of the status takes along who owns it, if it says so")
    func statusOwnership() throws {
        var sent = self.stored
        sent.status = ["ready": false]
        sent.metadata.other["managedFields"] = [["manager": "a"]]
        let expected = sent
        #expect(try self.stored.updated(toStatusOf: sent, kind: .widget) == .stored(expected))
        sent.metadata.other["managedFields"] = nil
        #expect(try expected.updated(toStatusOf: sent, kind: .widget) == .unchanged)
    }

    @Test("a change of the spec counts a generation, a change of metadata does not")
    func generation() throws {
        var sent = self.stored
        sent.metadata.labels["a"] = "b"
        guard case .stored(let labelled) = try self.stored.updated(to: sent, kind: .widget) else {
            Issue.record("not stored")
            return
        }
        #expect(labelled.metadata.generation == 1)
        sent.spec = ["size": 2]
        guard case .stored(let changed) = try self.stored.updated(to: sent, kind: .widget) else {
            Issue.record("not stored")
            return
        }
        #expect(changed.metadata.generation == 2)
        #expect(changed.status == self.stored.status)
    }

    @Test("a kind without a status of its own takes the status with an update")
    func statusAsContent() throws {
        var planet = Object(kind: .planet, metadata: ObjectMeta(name: "mars"))
        planet = planet.created(as: .planet, name: "mars", uid: "u", now: self.now)
        var sent = planet
        sent.status = ["moons": 2]
        guard case .stored(let next) = try planet.updated(to: sent, kind: .planet) else {
            Issue.record("not stored")
            return
        }
        #expect(next.status == ["moons": 2])
        #expect(next.metadata.generation == 1)
    }

    @Test("a write of the status takes nothing but the status")
    func status() throws {
        var sent = self.stored
        sent.spec = ["size": 99]
        sent.metadata.labels["a"] = "b"
        #expect(try self.stored.updated(toStatusOf: sent, kind: .widget) == .unchanged)
        sent.status = ["ready": false]
        var expected = self.stored
        expected.status = ["ready": false]
        #expect(try self.stored.updated(toStatusOf: sent, kind: .widget) == .stored(expected))
    }

    @Test("a stale version or another object's uid is a conflict", arguments: [("6", ""), ("", "u2"), ("7", "u2")])
    func conflict(version: String, uid: String) {
        var sent = self.stored
        sent.metadata.resourceVersion = version
        sent.metadata.uid = uid
        #expect(throws: APIStatus.conflict(.widget, "a")) { try self.stored.updated(to: sent, kind: .widget) }
        #expect(throws: APIStatus.conflict(.widget, "a")) { try self.stored.updated(toStatusOf: sent, kind: .widget) }
    }

    @Test("an object with finalizers is marked once, one without is removed")
    func deletion() {
        #expect(self.stored.deleted(now: self.now) == .removed(self.stored))
        var held = self.stored
        held.metadata.finalizers = ["x"]
        guard case .stored(let marked) = held.deleted(now: self.now) else {
            Issue.record("not marked")
            return
        }
        #expect(marked.metadata.deletionTimestamp == self.now)
        #expect(marked.metadata.generation == 2)
        #expect(marked.metadata.other["deletionGracePeriodSeconds"] == 0)
        #expect(marked.deleted(now: "2030-01-01T00:00:00Z") == .unchanged)
    }

    @Test("preconditions hold or there is a conflict")
    func preconditions() throws {
        let good = Preconditions(uid: "u1", resourceVersion: "7")
        #expect(try self.stored.deleted(good, kind: .widget, now: self.now) == .removed(self.stored))
        for bad in [Preconditions(uid: "u2"), Preconditions(resourceVersion: "6")] {
            let error = #expect(throws: APIStatus.self) {
                try self.stored.deleted(bad, kind: .widget, now: self.now)
            }
            #expect(error?.reason == .conflict)
        }
    }

    @Test("a deletion that must wait for what the object owns says so with a finalizer; a later one may change that")
    func propagation() throws {
        guard case .stored(let waiting) = self.stored.deleted(.foreground, now: self.now) else {
            throw APIStatus(.internalError, "not stored")
        }
        #expect(waiting.metadata.isBeingDeleted)
        #expect(waiting.metadata.finalizers == ["foregroundDeletion"])
        #expect(waiting.deleted(.foreground, now: self.now) == .unchanged)
        #expect(waiting.deleted(now: self.now) == .unchanged)
        guard case .stored(let orphaning) = waiting.deleted(.orphan, now: "2030-01-01T00:00:00Z") else {
            throw APIStatus(.internalError, "not stored")
        }
        #expect(orphaning.metadata.finalizers == ["orphan"])
        #expect(orphaning.metadata.deletionTimestamp == waiting.metadata.deletionTimestamp)
    }

    @Test("while an object is being deleted finalizers can go and not come")
    func finalizers() throws {
        let current = self.marked("x", "y")
        var sent = current
        sent.metadata.finalizers = ["x", "y", "z"]
        let refusal = try #require(throws: APIStatus.self) { try current.updated(to: sent, kind: .widget) }
        #expect(refusal.reason == .invalid)
        #expect(refusal.causes.map(\.field) == ["metadata.finalizers"])
        sent.metadata.finalizers = ["y"]
        #expect(try current.updated(to: sent, kind: .widget) == .stored(sent))
        sent.metadata.finalizers = []
        #expect(try current.updated(to: sent, kind: .widget) == .removed(sent))
    }

    @Test("a client cannot undo a deletion")
    func undelete() throws {
        let current = self.marked("x")
        var sent = current
        sent.metadata.deletionTimestamp = nil
        sent.metadata.other["deletionGracePeriodSeconds"] = nil
        #expect(try current.updated(to: sent, kind: .widget) == .unchanged)
    }
}
