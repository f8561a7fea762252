import FoundationEssentials
import HTTP
import JSON
import KubernetesModel
import ResourceStore
import Resources
import Testing

@testable import Operator

@Suite("The operator and a bad API server", .timeLimit(.minutes(10)))
struct StoreFaultTests {
    @Test(
        "F23: a status that cannot be written at first is told in the end, and nothing is created twice meanwhile",
        arguments: [FaultyStore.Fault.fails, .answerLost]
    )
    func statusFails(fault: FaultyStore.Fault) async throws {
        let bench = try Bench { store in
            // The record before the create, what is told after it, and again.
            FaultyStore(
                store,
                fault: { kind, number in kind == .bigPeer || number > 6 || number % 2 == 0 ? nil : fault }
            )
        }
        try await bench.run { bench in
            try await bench.apply(pair)
            // Whoever has lost the answer to the record does not know that no request followed it, and waits for one.
            #expect(try await bench.settle() == [])
            #expect(bench.exchange.writes.count == 4, "two apps and two replications: \(bench.exchange.writes)")
        }
    }

    @Test(
        "F3: a replica that lags behind and shows a resource on its way out does not get the new one's remote deleted"
    )
    func staleDeletion() async throws {
        let first = try Bench()
        try await first.run(keepFolder: true) { bench in
            try await bench.apply(pair)
            #expect(try await bench.settle() == [])
        }
        let views = Views()
        let second = try Bench(folder: first.folder) { store in
            let view = FaultyStore(
                store,
                lag: { kind, list in
                    guard kind == .bigPeerReplication else { return list }
                    var list = list
                    // As it was before it was made anew under the same name.
                    for index in list.objects.indices {
                        list.objects[index].metadata.uid = "11111111-1111-1111-1111-111111111111"
                        list.objects[index].metadata.deletionTimestamp = "2026-11-21T00:00:00Z"
                    }
                    return list
                }
            )
            views.view = view
            return view
        }
        try await second.run { bench in
            // A second look means that the first one ended without a deletion.
            await views.view?.untilRead(2)
            let url = try await "\(bench.url(of: "berlin"))/app/cars/bigPeerReplication/cars-berlin"
            #expect(try await bench.call(.get, url).status == 200)
            #expect(!bench.exchange.writes.contains { $0.hasPrefix("DELETE ") })
        }
    }

    /// The view that a bench was given.
    private final class Views {
        var view: FaultyStore?
    }
}
