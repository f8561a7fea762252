import Testing

@testable import Console

@Suite("TextTable")
struct TextTableTests {
    private static func table(_ overflow: TextTable.Overflow = .cut) -> TextTable {
        var table = TextTable(["NAME", "READY", "MESSAGE"], overflow: overflow)
        table.append(["berlin", Cell("True", .good), "the Big Peer holds what the spec says"])
        table.append(["a", Cell("False", .bad), ""])
        return table
    }

    @Test("columns are as wide as their widest cell, three spaces apart, and no line ends in a space")
    func layout() {
        #expect(
            Self.table().lines() == [
                "NAME     READY   MESSAGE", "berlin   True    the Big Peer holds what the spec says", "a        False",
            ]
        )
    }

    @Test("in a pipe nothing is cut")
    func pipe() {
        var table = TextTable(["A"])
        let long = String(repeating: "x", count: 5_000)
        table.append([Cell(long)])
        #expect(table.lines(hasHeadings: false) == [long])
    }

    @Test("on a screen long texts give way and names do not", arguments: [45, 60, 200])
    func screen(width: Int) {
        let lines = Self.table().lines(width: width)
        #expect(lines.allSatisfy { $0.displayWidth <= width })
        #expect(lines[1].hasPrefix("berlin   True    the Big Peer"))
    }

    @Test("a text that wraps goes on under itself")
    func wrap() {
        let lines = Self.table(.wrap).lines(width: 45)
        #expect(lines[1] == "berlin   True    the Big Peer holds what the")
        #expect(lines[2] == "                 spec says")
    }

    @Test("colours do not disturb the columns")
    func colours() {
        let line = Self.table().lines(hasHeadings: false, paint: Paint(isOn: true))[0]
        #expect(line == "berlin   \u{1B}[32mTrue\u{1B}[0m    the Big Peer holds what the spec says")
    }

    @Test("rows that come later stand under those before")
    func streaming() {
        var table = Self.table()
        table.removeRows()
        table.append(["b", "True", ""])
        #expect(table.lines(hasHeadings: false) == ["b        True"])
    }

    @Test("without rows there is nothing, not even headings")
    func empty() {
        #expect(TextTable(["NAME"]).lines().isEmpty)
    }
}
