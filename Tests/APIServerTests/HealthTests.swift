import SQLiteStore
import Testing

@testable import APIServer

@Suite("Health")
struct HealthTests {
    private static let checks = [
        HealthCheck("ping") { true }, HealthCheck("disk", endpoints: [.readyz]) { false },
    ]

    @Test("what is well is ok, and told check by check when asked")
    func well() async {
        let report = await HealthReport(.livez, Self.checks, excluding: [])
        #expect(report.isWell)
        #expect(report.text(isVerbose: false) == "ok")
        #expect(report.text(isVerbose: true) == "[+]ping ok\nlivez check passed\n")
    }

    // k8s.io/apiserver/pkg/server/healthz/healthz_test.go, testMultipleChecks.
    @Test("what is ill is always told in full, unless it is excluded")
    func ill() async {
        let report = await HealthReport(.readyz, Self.checks, excluding: [])
        #expect(!report.isWell)
        #expect(report.text(isVerbose: false) == "[+]ping ok\n[-]disk failed: reason withheld\nreadyz check failed\n")
        let without = await HealthReport(.readyz, Self.checks, excluding: ["disk", "moon"])
        #expect(without.isWell)
        #expect(
            without.text(isVerbose: true) == """
                [+]ping ok
                [+]disk excluded: ok
                warn: some health checks cannot be excluded: no matches for "moon"
                readyz check passed

                """
        )
    }

    @Test("each check has a path of its own")
    func paths() async throws {
        let api = try TestHandler()
        for (path, code) in [("/livez/ping", 200), ("/readyz/store", 200), ("/livez/moon", 404)] {
            #expect(try await api.send(.get, path).code == code)
        }
        await api.store.close()
        #expect(try await api.send(.get, "/readyz").code == 500)
        #expect(try await api.send(.get, "/readyz/ping").code == 200)
    }
}
