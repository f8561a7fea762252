import KubernetesModel
import Resources
import Testing

@testable import Console

@Suite("Words of the command line")
struct ArgumentTests {
    @Test(
        "a kind goes by all its names in any case",
        arguments: ["bigpeer", "bigpeers", "BigPeer", "bp", "BP", "bigpeers.peerage.dev"]
    )
    func names(word: String) throws {
        #expect(try CommandKinds.kind(named: word) == .bigPeer)
    }

    @Test("all and the category mean our kinds, and several kinds stand between commas")
    func several() throws {
        #expect(
            try CommandKinds.kinds(named: "all") == [.bigPeer, .bigPeerApp, .bigPeerReplication, .replicationTopology]
        )
        #expect(
            try CommandKinds.kinds(named: "bpr,peerage") == [
                .bigPeerReplication, .bigPeer, .bigPeerApp, .replicationTopology,
            ]
        )
    }

    @Test("a word that is nearly a kind gets the right one suggested")
    func suggestion() {
        #expect(throws: CommandFailure(.couldNotTell, "there is no kind \"bigpere\": did you mean \"bigpeer\"?")) {
            try CommandKinds.kind(named: "bigpere")
        }
    }

    @Test("objects are named in either form")
    func forms() throws {
        let berlin = ObjectArgument(kind: .bigPeer, name: "berlin")
        #expect(try ObjectArgument.parse(["bp", "berlin"]) == [berlin])
        #expect(try ObjectArgument.parse(["bigpeer/berlin"]) == [berlin])
        #expect(try ObjectArgument.parse(["bp/berlin", "bpr/cars"]).map(\.kind) == [.bigPeer, .bigPeerReplication])
        #expect(try ObjectArgument.parse(["bp"]) == [ObjectArgument(kind: .bigPeer, name: nil)])
    }

    @Test(
        "forms that make no sense are refused",
        arguments: [[], ["bp/"], ["/berlin"], ["bp/a/b"], ["bp", "bp/berlin"], ["bp,bpr", "berlin"]]
    )
    func refused(words: [String]) {
        #expect(throws: CommandFailure.self) { try ObjectArgument.parse(words) }
    }

    @Test("a command that needs names says so")
    func named() {
        #expect(throws: CommandFailure.self) { try ObjectArgument.parseNamed(["bp"]) }
        #expect(throws: CommandFailure.self) { try ObjectArgument.parseManaged(["secret", "token"]) }
    }
}

@Suite("LabelSelector")
struct LabelSelectorTests {
    private static let labels = ["env": "prod", "tier": "edge", "canary": ""]

    /// Source: Kubernetes, "Labels and Selectors".
    @Test(
        "selectors choose as kubectl's do",
        arguments: [
            ("env=prod", true), ("env==prod", true), ("env=test", false), ("env!=test", true), ("zone!=eu", true),
            ("env=prod,tier=edge", true), ("env=prod,tier=core", false), ("canary", true), ("!canary", false),
            ("!zone", true), ("env in (prod, test)", true), ("env notin (prod)", false), ("zone notin (eu)", true),
            ("zone in (eu)", false), ("", true), ("canary=", true), (" env = prod ", true),
        ]
    )
    func matches(text: String, isMatch: Bool) throws {
        #expect(try LabelSelector(argument: text).matches(Self.labels) == isMatch)
    }

    @Test("what is no selector is refused", arguments: ["=prod", "env in prod", "a b", ",", "env=a=b"])
    func refused(text: String) {
        #expect(throws: CommandFailure.self) { try LabelSelector(argument: text) }
    }
}

@Suite("Verdict")
struct VerdictTests {
    @Test("what the server answers is no, and what it cannot answer is unknown")
    func verdicts() {
        #expect(Verdict(of: APIStatus(.notFound, "", name: "berlin")) == .no)
        #expect(Verdict(of: APIStatus(.notFound, "")) == .couldNotTell, "the server does not know the kind")
        #expect(Verdict(of: APIStatus(.invalid, "")) == .no)
        #expect(Verdict(of: APIStatus(.forbidden, "")) == .couldNotTell)
        #expect(Verdict(of: APIStatus(.serviceUnavailable, "")) == .couldNotTell)
        #expect(Verdict.worst(.no, .couldNotTell) == .couldNotTell)
        // What kube-apiserver answers for a group that it does not have is no Status.
        let missing = CommandFailure(APIStatus(nil, code: 404))
        #expect(missing.verdict == .couldNotTell)
        #expect(missing.message.hasPrefix("the API server does not know Peerage's kinds"))
        #expect(missing.message.contains("`peerage schema crd | kubectl apply --validate=false -f -`"))
        #expect(Verdict.worst(.no, .done) == .no)
    }
}
