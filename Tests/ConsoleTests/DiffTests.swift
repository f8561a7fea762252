import JSON
import KubernetesModel
import PeerModel
import Resources
import Testing

@testable import Console

@Suite("UnifiedDiff")
struct UnifiedDiffTests {
    private static func text(_ old: String, _ new: String) -> [String] {
        UnifiedDiff(from: old, to: new).lines.map { $0.text(.none) }
    }

    @Test("equal texts have no differences")
    func equal() {
        #expect(UnifiedDiff(from: "a\nb\n", to: "a\nb\n").isEmpty)
    }

    /// Source: GNU diffutils 3.8, `diff -u` of the same texts.
    @Test("changes stand among three lines of context")
    func context() {
        let old = (1...12).map { "\($0)\n" }.joined()
        let new = old.replacing("6\n", with: "six\n")
        #expect(
            Self.text(old, new) == ["@@ -3,7 +3,7 @@", " 3", " 4", " 5", "-6", "+six", " 7", " 8", " 9"]
        )
    }

    /// Source: GNU diffutils 3.8.
    @Test("a new text starts at line zero of nothing")
    func creation() {
        #expect(Self.text("", "a\nb\n") == ["@@ -0,0 +1,2 @@", "+a", "+b"])
        #expect(Self.text("a\n", "") == ["@@ -1,1 +0,0 @@", "-a"])
    }

    @Test("changes that are far apart are two hunks")
    func hunks() {
        let old = (1...30).map { "\($0)\n" }.joined()
        let new = old.replacing("\n2\n", with: "\ntwo\n").replacing("\n29\n", with: "\ntwenty-nine\n")
        #expect(Self.text(old, new).filter { $0.hasPrefix("@@") } == ["@@ -1,5 +1,5 @@", "@@ -26,5 +26,5 @@"])
    }
}

@Suite("ObjectDiff")
struct ObjectDiffTests {
    private static func secret(_ token: String) -> Object {
        var object = Object(kind: .secret, metadata: ObjectMeta(name: "token", namespace: "fleet"))
        object.content["data"] = ["token": .string(Base64.text(of: Array(token.utf8)))]
        return object
    }

    @Test("values of Secrets are never shown, and changed ones are seen all the same")
    func secrets() {
        let proposal = Applier.Proposal(live: Self.secret("hunter2"), merged: Self.secret("hunter3"))
        let text = ObjectDiff(.secret, proposal).lines().joined(separator: "\n")
        #expect(text.contains("-  token: '*** (7 bytes)'"))
        #expect(text.contains("+  token: '*** (7 bytes) (new)'"))
        #expect(!text.contains("aHVudGVy"))
        #expect(!text.contains("hunter"))
    }

    @Test("values of a Secret are not shown either where they stand as text, or where they go")
    func secretText() {
        var live = Self.secret("hunter2")
        live.content["stringData"] = ["token": "hunter2", "other": "worldworld"]
        live.content["data"] = nil
        for merged in [Self.secret("hunter3"), Object(kind: .secret, metadata: live.metadata)] {
            let lines = ObjectDiff(.secret, Applier.Proposal(live: live, merged: merged)).lines()
            let text = lines.joined(separator: "\n")
            #expect(text.contains("-  other: '*** (10 bytes)'"))
            #expect(!text.contains("aHVudGVy") && !text.contains("hunter") && !text.contains("world"))
        }
    }

    @Test("status, versions and the memory of the last apply are no differences")
    func noise() {
        let live = Samples.readyPeer("berlin")
        var merged = live
        merged.metadata.annotations[ThreeWayMerge.annotation] = "{}"
        merged.metadata.resourceVersion = "7"
        merged.status = nil
        #expect(ObjectDiff(.bigPeer, Applier.Proposal(live: live, merged: merged)).isEmpty)
    }

    @Test("a changed field is named with what was and what shall be")
    func field() {
        var merged = Samples.unreachablePeer("rome")
        merged.spec = ["endpoint": ["url": "https://new.example"]]
        let proposal = Applier.Proposal(live: Samples.unreachablePeer("rome"), merged: merged)
        let lines = ObjectDiff(.bigPeer, proposal).lines()
        #expect(lines.first == "--- live/bigpeer.peerage.dev/rome (fleet)")
        #expect(lines.contains("-    url: https://peer.example/api"))
        #expect(lines.contains("+    url: https://new.example"))
    }
}
