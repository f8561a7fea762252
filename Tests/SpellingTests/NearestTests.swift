import Spelling
import Testing

@Suite("nearest")
struct NearestTests {
    private static let words = ["connections", "connectTo", "app", "queriesByCollection"]

    @Test(
        "the word that was probably meant is found",
        arguments: [
            ("conections", "connections"), ("connetcions", "connections"), ("connectto", "connectTo"), ("ap", "app"),
            ("APP", "app"), ("queryByCollection", "queriesByCollection"),
        ]
    )
    func found(word: String, meant: String) {
        #expect(nearest(to: word, among: Self.words) == meant)
    }

    @Test("nothing is guessed from afar", arguments: ["replicas", "", "x", String(repeating: "connections", count: 9)])
    func notFound(word: String) {
        #expect(nearest(to: word, among: Self.words) == nil)
    }
}
