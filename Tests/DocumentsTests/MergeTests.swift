import JSON
import Testing

@testable import Documents

@Suite("Merging")
struct MergeTests {
    @Test("is commutative, associative and idempotent", arguments: 0..<40 as Range<UInt64>)
    func laws(seed: UInt64) {
        var chance = Chance(seed: seed)
        for _ in 0..<250 {
            let (a, b, c) = (
                DocumentVersion.random(&chance), DocumentVersion.random(&chance), DocumentVersion.random(&chance)
            )
            #expect(a.merged(with: b) == b.merged(with: a))
            #expect(a.merged(with: b).merged(with: c) == a.merged(with: b.merged(with: c)))
            #expect(a.merged(with: a) == a)
        }
    }

    @Test("what is held already changes nothing, and is no newer", arguments: 0..<20 as Range<UInt64>)
    func absorption(seed: UInt64) {
        var chance = Chance(seed: seed)
        for _ in 0..<250 {
            let (a, b) = (DocumentVersion.random(&chance), DocumentVersion.random(&chance))
            let both = a.merged(with: b)
            #expect(both.merged(with: a) == both)
            #expect(a.isNoNewer(than: both))
            #expect(a.isNoNewer(than: b) == (both == b))
        }
    }

    @Test("explicit stamps alone tell whether a version is no newer", arguments: 0..<20 as Range<UInt64>)
    func explicit(seed: UInt64) throws {
        var chance = Chance(seed: seed)
        for _ in 0..<250 {
            let (a, b) = (DocumentVersion.random(&chance), DocumentVersion.random(&chance))
            let stamps = try b.explicitStamps.withUnsafeBufferPointer { text in
                Result { () throws(DocumentError) in try FieldStamps(text: text) }
            }.get()
            // Equal stamps with different values are the one thing that stamps cannot show.
            let sameStampOtherValue = a.fields.contains { mine in
                b.fields.contains { $0.name == mine.name && $0.stamp == mine.stamp && $0.value != mine.value }
            }
            if !sameStampOtherValue { #expect(a.isNoNewer(thanExplicit: stamps) == a.isNoNewer(than: b)) }
            #expect(b.isNoNewer(thanExplicit: stamps))
            if !sameStampOtherValue { #expect(a.knows(explicit: stamps) == b.isNoNewer(than: a)) }
        }
    }

    @Test("explicit stamps tell what is stale, of a version and of stamps alike", arguments: 0..<20 as Range<UInt64>)
    func stale(seed: UInt64) throws {
        func explicit(_ version: DocumentVersion) throws -> FieldStamps {
            try version.explicitStamps.withUnsafeBufferPointer { text in
                Result { () throws(DocumentError) in try FieldStamps(text: text) }
            }.get()
        }
        var chance = Chance(seed: seed)
        var count = 0
        for _ in 0..<250 {
            let (a, other) = (DocumentVersion.random(&chance), DocumentVersion.random(&chance))
            for b in [a, other, a.merged(with: other)] {
                let sameStampOtherValue = a.fields.contains { mine in
                    b.fields.contains { $0.name == mine.name && $0.stamp == mine.stamp && $0.value != mine.value }
                }
                if sameStampOtherValue { continue }
                let isStale = a.isNoNewer(than: b) && !b.isNoNewer(than: a)
                let (mine, theirs) = (try explicit(a), try explicit(b))
                #expect(a.isStale(behind: theirs) == isStale)
                #expect(mine.isStale(behind: theirs) == isStale)
                if isStale { count += 1 }
            }
        }
        #expect(count > 20)
    }

    @Test("a field that the other side never had is newer, whatever its stamp")
    func unknownField() throws {
        let id = try DocumentID("x")
        var mine = DocumentVersion(inserting: try DocumentContent(["_id": "x"]), at: Stamp(1))
        mine.update(try DocumentContent(id: id, ["note": "mine"]), at: Stamp(2))
        var theirs = DocumentVersion(inserting: try DocumentContent(["_id": "x"]), at: Stamp(1))
        theirs.upsert(try DocumentContent(["_id": "x"]), at: Stamp(9))
        #expect(!mine.isNoNewer(than: theirs))
    }

    @Test("a delete removes what is not newer, and a later write brings the document back without the rest")
    func husk() throws {
        let id = try DocumentID("x")
        let start = DocumentVersion(inserting: try DocumentContent(["_id": "x", "a": 1, "b": 2]), at: Stamp(1))
        var deleted = start
        deleted.delete(at: Stamp(2))
        #expect(!deleted.isAlive)
        #expect(deleted.body == nil)
        var edited = start
        edited.update(try DocumentContent(id: id, ["b": 3]), at: Stamp(3))
        let both = deleted.merged(with: edited)
        #expect(both.isAlive)
        #expect(both.body.map { String(decoding: $0, as: UTF8.self) } == #"{"_id":"x","b":3}"#)
        let again = try DocumentVersion(body: both.body, stamps: both.stamps)
        #expect(again == both)
    }

    @Test("the newer field wins, and of one time the greater peer")
    func newest() throws {
        let id = try DocumentID("x")
        let start = DocumentVersion(inserting: try DocumentContent(["_id": "x", "a": 0]), at: Stamp(1, 1))
        var first = start
        first.update(try DocumentContent(id: id, ["a": "first"]), at: Stamp(5, 1))
        var second = start
        second.update(try DocumentContent(id: id, ["a": "second"]), at: Stamp(5, 2))
        #expect(first.merged(with: second)[FieldName("a")] == Array(#""second""#.utf8))
        first.update(try DocumentContent(id: id, ["a": "later"]), at: Stamp(6, 1))
        #expect(first.merged(with: second)[FieldName("a")] == Array(#""later""#.utf8))
    }

    @Test("versions of two documents do not mix")
    func otherDocument() throws {
        let mine = DocumentVersion(inserting: try DocumentContent(["_id": "x"]), at: Stamp(1))
        let other = DocumentVersion(inserting: try DocumentContent(["_id": "y", "a": 1]), at: Stamp(2))
        #expect(mine.merged(with: other) == mine)
    }
}
