import FuzzSeeds
import JSON
import Testing

@testable import Documents

@Suite("Document text")
struct DocumentTextTests {
    private static let base = "0192f3a0b1c20000.7f3c09d2a18e4b65"
    private static let later = "0192f3a0b1c20001.7f3c09d2a18e4b65"

    private func read(_ body: String?, _ stamps: String, id: String? = nil) throws(DocumentError) -> DocumentVersion {
        try DocumentVersion(
            id: id.map { DocumentID(canonical: Array($0.utf8)) },
            body: body.map { Array($0.utf8) },
            stamps: Array(stamps.utf8)
        )
    }

    private func isPlain(_ body: String, _ stamps: String) throws -> Bool {
        var reader = DocumentReader()
        let (body, stamps) = (Array(body.utf8), Array(stamps.utf8))
        let result = body.withUnsafeBufferPointer { body in
            stamps.withUnsafeBufferPointer { stamps in
                Result { () throws(DocumentError) in try reader.read(body: body, stamps: stamps) }
            }
        }
        if case .plain = try result.get() { return true }
        return false
    }

    @Test("every version reads back as itself", arguments: 0..<20 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        for _ in 0..<250 {
            let version = DocumentVersion.random(&chance)
            let again = try DocumentVersion(id: version.id, body: version.body, stamps: version.stamps)
            #expect(again == version)
            #expect(again.stamps == version.stamps)
            let explicit = try DocumentVersion(id: version.id, body: version.body, stamps: version.explicitStamps)
            #expect(explicit == version)
        }
    }

    @Test("a document inserted at once has one stamp")
    func plain() throws {
        let version = try self.read(#"{"_id":"x","a":1,"b":[true,null]}"#, Self.base)
        #expect(version.stamps.count == 33)
        #expect(version.body == Array(#"{"_id":"x","a":1,"b":[true,null]}"#.utf8))
        #expect(try self.isPlain(#"{"_id":"x","a":1,"b":[true,null]}"#, Self.base))
    }

    @Test(
        "text that we would write otherwise is read, and is not taken as it is",
        arguments: [
            #"{"a":1,"_id":"x"}"#, #"{"_id":"x","b":1,"a":2}"#, #"{"_id":{"k":1},"a":2}"#, #"{"_id":"\u0078"}"#,
            #"{"_id":"x","\u0061":1}"#, #"{"\u005fid":"x"}"#,
        ]
    )
    func notCanonical(body: String) throws {
        #expect(try !self.isPlain(body, Self.base))
        let version = try self.read(body, Self.base)
        #expect(try DocumentVersion(body: version.body, stamps: version.stamps) == version)
    }

    @Test("names that need it are quoted in stamps")
    func names() throws {
        let names = [#""""#, #""-n""#, "-gone", #""q;=\"""#]
        let stamps = names.reduce(Self.base) { "\($0);\($1)=\(Self.later)" }
        let version = try self.read(#"{"_id":"x","":1,"-n":2,"q;=\"":3}"#, stamps)
        #expect(String(decoding: version.stamps, as: UTF8.self) == stamps)
        #expect(version.fields.map(\.name.text) == ["", "-n", "gone", "q;=\""])
    }

    @Test(
        "hostile stamps are refused",
        arguments: [
            "", "0", String(repeating: "0", count: 33), "\(base);", "\(base);a", "\(base);a=", "\(base);a=\(base)x",
            "\(base);=\(base)", "\(base);a=\(base);a=\(base)", "\(base);-=\(base)", "\(base);--a=\(base)",
            "\(base);\"a=\(base)", "\(base);\"a\"\(base)", "\(base);!=\(base);!=\(base)", "\(base)a=\(base)",
            "\(base);zz=\(base)", "\(base);-a=\(base)", "\(base);-_id=\(base)", "\(base.uppercased())",
            "\(base);\"\\ud800\"=\(base)", "\(base);\"\\u006\"=\(base)", "\(base);a=\(base);\"\\u0061\"=\(base)",
            "\(base);é=\(base)", "\(base);a = \(base)",
        ]
    )
    func hostileStamps(stamps: String) {
        #expect(throws: DocumentError.self) { try self.read(#"{"_id":"x","a":1}"#, stamps) }
    }

    @Test("no bytes at all make the readers trap", arguments: fuzzSeeds(8))
    func mutations(seed: UInt64) {
        var chance = Chance(seed: seed)
        for _ in 0..<2_000 {
            let version = DocumentVersion.random(&chance)
            var stamps = chance.below(2) == 0 ? version.stamps : version.explicitStamps
            var body = version.body ?? []
            for _ in 0..<chance.below(4) {
                let byte = UInt8(truncatingIfNeeded: chance.next())
                if chance.below(2) == 0, !body.isEmpty {
                    body[chance.below(body.count)] = byte
                } else if chance.below(2) == 0 {
                    stamps[chance.below(stamps.count)] = byte
                } else {
                    stamps.removeLast(chance.below(stamps.count))
                    stamps.append(byte)
                }
            }
            guard let read = try? DocumentVersion(id: nil, body: body.isEmpty ? nil : body, stamps: stamps) else {
                continue
            }
            // Whatever was taken is in normal form.
            #expect((try? DocumentVersion(id: read.id, body: read.body, stamps: read.stamps)) == read)
        }
    }

    @Test(
        "bodies that are not compact JSON objects with an _id are refused",
        arguments: [
            "", "{", "{}", "[]", "1", #"{"a":1}"#, #"{"_id":1}"#, #"{"_id":["x"]}"#, #"{"_id":null}"#, #"{ "_id":"x"}"#,
            #"{"_id": "x"}"#, #"{"_id":"x"} "#, #"{"_id":"x",}"#, #"{"_id":"x","a"}"#, #"{"_id":"x","a":}"#,
            #"{"_id":"x","a":01}"#, #"{"_id":"x","a":1.}"#, #"{"_id":"x","a":1e999}"#, #"{"_id":"x","a":-}"#,
            #"{"_id":"x","a":tru}"#, #"{"_id":"x","a":"}"#, #"{"_id":"x","a":"\x"}"#, #"{"_id":"x","a":"\ud800"}"#,
            #"{"_id":"x","a":1,"a":2}"#, #"{"_id":"x","_id":"x"}"#, #"{"_id":"x","a":1,"b":1,"\u0061":2}"#,
            "{\"_id\":\"x\",\"a\":\"\n\"}", #"{"_id":"x","a":[1,]}"#, #"{"_id":"x"}}"#, #"{"_id":"x""a":1}"#,
        ]
    )
    func hostileBodies(body: String) {
        #expect(throws: DocumentError.self) { try self.read(body, Self.base) }
    }

    @Test(
        "text that is not UTF-8 is refused",
        arguments: [
            [0xFF], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x80],
            [0xE2, 0x82], [0xF0, 0x9F, 0x98],
        ] as [[UInt8]]
    )
    func badUTF8(bytes: [UInt8]) {
        let body = Array(#"{"_id":"x","a":""#.utf8) + bytes + Array(#""}"#.utf8)
        #expect(throws: DocumentError.self) { try DocumentVersion(body: body, stamps: Array(Self.base.utf8)) }
    }

    @Test("64 levels are taken and 65 refused")
    func depth() throws {
        func body(_ levels: Int) -> String {
            #"{"_id":"x","a":"# + String(repeating: "[", count: levels - 1) + String(repeating: "]", count: levels - 1)
                + "}"
        }
        _ = try self.read(body(64), Self.base)
        #expect(throws: DocumentError.self) { try self.read(body(65), Self.base) }
        let deep = try JSONValue(parsing: body(65))
        #expect(throws: DocumentError.self) { try DocumentContent(deep) }
        _ = try DocumentContent(try JSONValue(parsing: body(64)))
    }

    @Test("a tombstone is its id and its stamps")
    func tombstone() throws {
        let version = try self.read(nil, "\(Self.base);!=\(Self.later)", id: #""x""#)
        #expect(!version.isAlive)
        #expect(String(decoding: version.stamps, as: UTF8.self) == "\(Self.later);!=\(Self.later)")
        #expect(throws: DocumentError.missingBody) { try self.read(nil, Self.base, id: #""x""#) }
        #expect(throws: DocumentError.missingBody) { try self.read(nil, "\(Self.later);!=\(Self.base)", id: #""x""#) }
        #expect(throws: DocumentError.missingID) { try self.read(nil, "\(Self.base);!=\(Self.later)") }
    }

    @Test("the id of the row must be that of the document")
    func otherID() {
        #expect(throws: DocumentError.otherID) { try self.read(#"{"_id":"x"}"#, Self.base, id: #""y""#) }
    }

    @Test("ids have one form")
    func ids() throws {
        func id(_ text: String) throws -> String {
            let bytes = Array(text.utf8)
            let result = bytes.withUnsafeBufferPointer { bytes in
                Result { () throws(DocumentError) in try DocumentID(text: bytes) }
            }
            return try result.get().description
        }
        #expect(try id(#""A""#) == #""A""#)
        #expect(try id(#""\u0041\/""#) == #""A/""#)
        #expect(try id(#"{"b":1,"a":{"d":2,"c":[3]}}"#) == #"{"a":{"c":[3],"d":2},"b":1}"#)
        #expect(throws: DocumentError.badID) { try id("1") }
        #expect(throws: DocumentError.badID) { try DocumentID(.array([])) }
        #expect(throws: DocumentError.self) { try id("\"" + String(repeating: "a", count: 5_000) + "\"") }
    }
}
