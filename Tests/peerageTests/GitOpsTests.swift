import ChildProcess
import Foundation
import JSON
import Testing

/// The commands of a pipeline, with the built program against a server of its own.
@Suite("A pipeline against a running server")
struct GitOpsTests {
    private static let fleet = """
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeer
        metadata: {name: berlin}
        spec: {embedded: {}}
        ---
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeerApp
        metadata: {name: cars}
        spec: {bigPeerRef: {name: berlin}, appId: 2164bef3-37c0-489c-9ac6-c94b034525d7}
        ---
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeerReplication
        metadata: {name: one}
        spec: {bigPeerRef: {name: berlin}, app: cars, queriesByCollection: {cars: ["true"]}}
        """
    private static let second = """

        ---
        apiVersion: peerage.dev/v1alpha1
        kind: BigPeerReplication
        metadata: {name: two}
        spec: {bigPeerRef: {name: berlin}, app: cars, connections: ["other.example:4040"]}
        """

    @Test("without waiting, a Secret stays as long as something of the same files still goes")
    func deletion() throws {
        let server = try Server()
        // The finalizer keeps the replication from going, for as long as this test likes.
        let files =
            Self.secret
            + Self.fleet.replacing("embedded: {}", with: "embedded: {auth: {tokenSecretRef: {name: berlin}}}")
            .replacing("{name: one}", with: "{name: one, finalizers: [test.example/keep]}")
        #expect(try server.run(["apply", "-f", "-"], input: files).code == 0)
        #expect(try server.run(["wait", "--for=condition=Ready", "--all"]).code == 0)
        let hasty = try server.run(["delete", "-f", "-", "--wait=false"], input: files)
        #expect(hasty.code == 1)
        #expect(hasty.messages.contains("secret/berlin: was not deleted, because "), "\(hasty.messages)")
        #expect(hasty.output.contains("bigpeer.peerage.dev/berlin marked for deletion"), "\(hasty.output)")
        #expect(try server.run(["get", "bpr", "one", "-o", "name"]).code == 0)
    }

    private static let secret = """
        apiVersion: v1
        kind: Secret
        metadata: {name: berlin}
        stringData: {token: s3cret}
        ---

        """

    @Test("what was applied and is in no file any more goes, and nothing else; differences have exit codes")
    func prune() throws {
        let server = try Server()
        let apply = ["apply", "-f", "-", "--inventory", "fleet", "--prune"]
        #expect(try server.run(apply, input: Self.fleet + Self.second).code == 0)
        #expect(try server.run(["wait", "--for=condition=Ready", "--all"]).code == 0)
        #expect(try server.run(["diff", "-f", "-"], input: Self.fleet + Self.second).code == 0)

        let prune = ["--inventory", "fleet", "--prune"]
        let diff = try server.run(["diff", "-f", "-"] + prune, input: Self.fleet)
        #expect(diff.code == 1)
        #expect(diff.output.contains("/app/cars/bigPeerReplication/two"), "the request is shown: \(diff.output)")
        #expect(diff.output.contains("  DELETE "))
        #expect(try server.run(["diff", "-f", "-", "--detailed-exitcode"] + prune, input: Self.fleet).code == 2)
        for rehearsal in ["client", "server"] {
            let result = try server.run(apply + ["--dry-run", rehearsal], input: Self.fleet)
            #expect(result.code == 0)
            #expect(result.output.contains("bigpeerreplication.peerage.dev/two pruned ("))
            #expect(try server.run(["get", "bpr", "two"]).code == 0)
        }
        let empty = try server.run(apply + ["--max-deletes", "100"], input: "# nothing")
        #expect(empty.code == 1)
        #expect(empty.messages.contains("held back 4 deletions"))
        #expect(try server.run(apply, input: Self.fleet).code == 0)
        #expect(try server.run(["wait", "--for=delete", "bpr/two"]).code == 0)
        #expect(try server.run(["get", "bpr", "one", "-o", "name"]).code == 0)

        let moved = Self.fleet.replacing("app: cars, queries", with: "app: trucks, queries")
        let refused = try server.run(apply, input: moved)
        let difference = try server.run(["diff", "-f", "-"], input: moved)
        #expect(refused.code == 1)
        #expect(difference.code == 2)
        let sentence = try #require(refused.messages.split(separator: "\n").last { $0.contains("immutable") })
        #expect(difference.messages.contains(sentence))
    }

    @Test("what is exported describes what is there, and what is let go stays there")
    func export() throws {
        let server = try Server()
        #expect(try server.run(["apply", "-f", "-"], input: Self.fleet + Self.second).code == 0)
        #expect(try server.run(["wait", "--for=condition=Ready", "--all"]).code == 0)
        let exported = try server.run(["export", "--peer", "berlin"])
        #expect(exported.code == 0)
        #expect(try Program.run(["validate", "-f", "-"], input: exported.output).code == 0)
        #expect(try server.run(["diff", "-f", "-"], input: exported.output).code == 0)

        #expect(try server.run(["orphan", "bpr/two"]).code == 0)
        #expect(try server.run(["get", "bpr", "two"]).code == 1)
        let left = try server.run(["export", "--peer", "berlin", "two", "none"])
        #expect(left.code == 1)
        #expect(left.output.contains("other.example:4040"))
        #expect(left.messages.contains("the Big Peer has no replication none"))

        let check = try JSONValue(parsing: server.run(["check", "-o", "json"]).output)
        #expect(check["passed"] == true)
        let tree = try JSONValue(parsing: server.run(["tree", "-o", "json"]).output)
        #expect(tree["roots"]?.array?.count == 1)
        let reconciled = try JSONValue(parsing: server.run(["reconcile", "--all", "-o", "json"]).output)
        #expect(reconciled["results"]?.array?.count == 3)
    }
}
