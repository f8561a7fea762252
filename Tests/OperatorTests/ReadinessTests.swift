import ControllerRuntime
import KubernetesModel
import Testing

@testable import Operator

@Suite("Readiness")
struct ReadinessTests {
    @Test("the page that anybody may ask for names the sort of an error and never its words")
    func discretion() {
        var status = InformerStatus()
        status.lastError = "the credential plug-in failed: token s3cret has expired"
        status.lastReason = .unauthorized
        #expect(
            Readiness([("bigpeers", status)], now: .zero).page.text
                == "[-]bigpeers failed: not read yet: Unauthorized\nreadyz check failed\n"
        )
        status.hasSynced = true
        status.lastHeard = .zero
        let late = Readiness([("bigpeers", status)], now: .seconds(151)).page
        #expect(late.text.hasPrefix("[-]bigpeers failed: not heard of for a while: Unauthorized\n"))
        #expect(!late.isGood)
        #expect(Readiness([("bigpeers", status)], now: .seconds(149)).page.isGood)
    }
}
