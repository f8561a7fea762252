import JSON
import KubernetesModel
import Testing

@Suite("APIStatus in a log")
struct APIStatusLabelTests {
    @Test("names the fields that are wrong, and nothing of what they hold")
    func invalid() {
        let payload = String(repeating: "secret", count: 40_000)
        let status = APIStatus(
            .invalid,
            "BigPeer \"berlin\" is invalid: status.lastHandledReconcileAt: Invalid value: \"\(payload)\"",
            causes: (0..<6).map {
                APIStatus.Cause(reason: "FieldValueTooLong", message: payload, field: "status.field\($0)")
            }
        )
        #expect(!status.label.contains("secret"))
        #expect(status.label.hasPrefix("Invalid, status.field0 (FieldValueTooLong)"))
        #expect(status.label.hasSuffix("and 2 more"))
        #expect(APIStatus(.invalid, payload).label == "Invalid")
    }

    @Test("says of everything else what is wrong, in bounds")
    func others() {
        #expect(APIStatus(.forbidden, "not yours").label == "Forbidden: not yours")
        #expect(APIStatus(.internalError, String(repeating: "x", count: 9_000)).label.count < 400)
    }
}
