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

    @Test("every reason that is a warning has a word of advice", arguments: Reason.allCases.filter(\.isWarning))
    func advice(reason: Reason) {
        #expect(reason.advice?.hasSuffix(".") == true)
    }
}
