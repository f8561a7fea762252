import JSON
import KubernetesModel
import Resources
import Testing

@testable import Console

@Suite("Health")
struct HealthTests {
    @Test("an object with Ready true is ready")
    func ready() {
        let health = Health(of: Samples.readyPeer("berlin"))
        #expect(health.level == .ready)
        #expect(health.isWell)
        #expect(health.advice == nil)
    }

    @Test("Stalled wins over Reconciling and Ready")
    func stalled() {
        let object = Samples.object(
            .bigPeerApp,
            "cars",
            conditions: [
                Samples.condition(.ready, .false, .appIDMismatch, "the app has another id"),
                Samples.condition(.stalled, .true, .appIDMismatch, "the app has another id"),
                Samples.condition(.reconciling, .true, .progressing),
            ]
        )
        let health = Health(of: object)
        #expect(health.level == .stalled)
        #expect(health.reason == "AppIDMismatch")
        #expect(health.advice == Reason.appIDMismatch.advice)
    }

    @Test("a failure that is tried again is failing, work that goes well is progressing")
    func failingOrProgressing() {
        #expect(Health(of: Samples.unreachablePeer("rome")).level == .failing)
        let creating = Samples.replication("cars", on: "rome", [Samples.condition(.ready, .false, .creating)])
        #expect(Health(of: creating).level == .progressing)
    }

    @Test("what waits for something suspended says how that goes on")
    func waitingForSuspended() {
        let waiting = Samples.condition(.ready, .false, .suspended, "BigPeer \"fleet/berlin\" is suspended")
        let app = Samples.object(.bigPeerApp, "cars", conditions: [waiting])
        #expect(Health(of: app).advice?.contains("peerage resume") == true)
        #expect(Health(of: Samples.object(.bigPeer, "berlin", spec: ["suspend": true])).advice == nil)
    }

    @Test("a ready of an earlier spec does not count")
    func stale() {
        let ready = Samples.condition(.ready, .true, .synced)
        let object = Samples.object(.bigPeer, "berlin", generation: 2, observed: 1, conditions: [ready])
        #expect(Health(of: object).level == .progressing)
    }

    @Test("an object that no controller has looked at is not called ready")
    func unseen() {
        #expect(Health(of: Samples.object(.bigPeer, "berlin", observed: nil)).level == .progressing)
    }

    @Test("a suspended object is well, and one that is being deleted is told as such")
    func suspendedAndTerminating() {
        #expect(Health(of: Samples.object(.bigPeer, "berlin", spec: ["suspend": true])).level == .suspended)
        var object = Samples.readyPeer("berlin")
        object.metadata.deletionTimestamp = "2026-11-21T00:02:00Z"
        #expect(Health(of: object).level == .terminating)
        #expect(!Health(of: object).isWell)
    }

    @Test("a replication that moves no data is failing, although its Big Peer holds what the spec says")
    func noData() {
        let ready = Samples.condition(.ready, .true, .synced)
        func replication(_ replicating: Condition, dialling: Bool = true) -> Health {
            var object = Samples.replication("cars-berlin", on: "berlin", [ready, replicating])
            if dialling { object.status?["connections"] = ["127.0.0.1:1"] }
            return Health(of: object)
        }
        let apart = Samples.condition(.replicating, .false, .disconnected, "no session with 127.0.0.1:1: refused")
        let health = replication(apart)
        #expect(health.level == .failing)
        #expect(health.reason == "Disconnected")
        #expect(health.message == "no session with 127.0.0.1:1: refused")
        #expect(health.advice == Reason.disconnected.advice)
        var object = Samples.replication("cars-berlin", on: "berlin", [ready, apart])
        object.status?["connections"] = ["127.0.0.1:1"]
        #expect(Health(of: object, withLinks: false).level == .ready)
        #expect(replication(apart, dialling: false).level == .ready, "nobody to talk to is nothing wrong by itself")
        #expect(replication(Samples.condition(.replicating, .false, .catchingUp)).level == .ready)
        #expect(replication(Samples.condition(.replicating, .unknown, .notMeasured)).level == .ready)
        #expect(replication(Samples.condition(.replicating, .true, .live)).level == .ready)
    }

    @Test("every reason that is a warning has a word of advice", arguments: Reason.allCases.filter(\.isWarning))
    func advice(reason: Reason) {
        #expect(reason.advice?.hasSuffix(".") == true)
    }
}
