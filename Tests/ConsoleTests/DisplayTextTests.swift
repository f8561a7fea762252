import Testing

@testable import Console

@Suite("Text on a screen")
struct DisplayTextTests {
    @Test("East Asian characters and emoji take two columns", arguments: [("abc", 3), ("東京", 4), ("é", 1), ("🚗", 2)])
    func width(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test("what is cut ends in an ellipsis and never takes more than the room")
    func cut() {
        #expect("berlin".cut(to: 6) == "berlin")
        #expect("berlin".cut(to: 4) == "ber…")
        #expect("東京東京".cut(to: 4) == "東…")
        #expect("berlin".cut(to: 0).isEmpty)
    }

    @Test("control characters from a server cannot reach the terminal")
    func control() {
        #expect("a\u{1B}[2Jb".oneLine == "a\\u{1b}[2Jb")
        #expect("first\r\n\tsecond".oneLine == "first second")
        #expect("right\u{202E}left".oneLine == "right\\u{202e}left")
        #expect("plain".oneLine == "plain")
    }

    @Test("words are not broken, and longer words stand alone")
    func wrap() {
        #expect("one two three".wrapped(to: 7) == ["one two", "three"])
        #expect("https://very.long.example one".wrapped(to: 5) == ["https://very.long.example", "one"])
        #expect("one two".wrapped(to: nil) == ["one two"])
    }

    @Test("NO_COLOR set to anything, and a dumb terminal, forbid colours")
    func noColor() {
        #expect(Terminal.allowsColours(noColor: nil, term: "xterm"))
        #expect(Terminal.allowsColours(noColor: "", term: "xterm"))
        #expect(!Terminal.allowsColours(noColor: "1", term: "xterm"))
        #expect(!Terminal.allowsColours(noColor: nil, term: "dumb"))
    }

    @Test("one thing is singular")
    func counting() {
        #expect([1.of("file"), 0.of("file"), 2.of("query", "queries")] == ["1 file", "0 files", "2 queries"])
    }
}
