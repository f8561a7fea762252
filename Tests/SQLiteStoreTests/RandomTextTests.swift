import Testing

@testable import SQLiteStore

@Suite("RandomText")
struct RandomTextTests {
    @Test("a uid is a lower-case UUID of version 4")
    func uid() throws {
        for _ in 0..<1_000 {
            let uid = RandomText.uid()
            #expect(uid.wholeMatch(of: /[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/) != nil)
        }
        #expect(Set((0..<1_000).map { _ in RandomText.uid() }).count == 1_000)
    }

    @Test("a generated name fits a label however long its prefix is")
    func name() {
        #expect(RandomText.name(prefix: "web-").wholeMatch(of: /web-[bcdfghjklmnpqrstvwxz2456789]{5}/) != nil)
        #expect(RandomText.name(prefix: String(repeating: "a", count: 100)).count == 63)
    }
}
