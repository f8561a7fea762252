import JSON
import Testing

@Suite("peerage backup and restore")
struct BackupTests {
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
        kind: BigPeerApp
        metadata: {name: vans}
        spec: {bigPeerRef: {name: berlin}, appId: 3164bef3-37c0-489c-9ac6-c94b034525d7}
        """

    /// A folder with a server's data and backups beside it.
    private struct Place {
        let folder: Folder
        let backup: String
        let data: String

        init() throws {
            self.folder = try Folder()
            self.backup = "\(self.folder.path)/cars.backup"
            self.data = "\(self.folder.path)/data"
        }

        func backup(_ app: String, _ more: String...) throws -> Program.Result {
            try Program.run(["backup", "berlin", "--app", app, "--data", self.data] + more)
        }

        func restore(_ app: String, from file: String, _ more: String...) throws -> Program.Result {
            try Program.run(["restore", "berlin", "--app", app, "--from", file, "--data", self.data] + more)
        }
    }

    private static func query(_ statement: String, app: String = "cars", _ server: Server) throws -> JSONValue {
        let result = try server.run(["query", "--peer", "berlin", "--app", app, statement, "-o", "json"])
        try #require(result.code == 0, "\(result.messages)")
        return try JSONValue(parsing: result.output)
    }

    private static func start(_ place: Place) throws -> Server {
        let server = try Server(in: place.folder)
        try #require(try server.run(["apply", "-f", "-"], input: Self.fleet).code == 0)
        try #require(try server.run(["wait", "--for=condition=Ready", "--all"]).code == 0)
        return server
    }

    @Test("a backup of a running peer is its documents at that moment, and restoring brings them back")
    func thereAndBack() throws {
        let place = try Place()
        let server = try Self.start(place)
        _ = try Self.query("INSERT INTO cars DOCUMENTS ({'_id': 'a', 'n': 1}), ({'_id': 'b', 'n': 1})", server)
        let made = try place.backup("cars", "--to", place.backup)
        #expect(made.code == 0, "\(made.messages)")
        #expect(made.output == "\(place.backup): 2 documents in 1 collection of app cars at default/berlin\n")
        _ = try Self.query("INSERT INTO cars DOCUMENTS ({'_id': 'c', 'n': 1})", server)
        _ = try Self.query("UPDATE cars SET n = 2 WHERE _id = 'a'", server)
        _ = try Self.query("DELETE FROM cars WHERE _id = 'b'", server)

        let early = try place.restore("cars", from: place.backup)
        #expect(early.code == 1)
        #expect(early.messages.contains("stop it first"), "\(early.messages)")
        server.stop()
        let restored = try place.restore("cars", from: place.backup)
        #expect(restored.code == 0, "\(restored.messages)")
        #expect(restored.output.hasPrefix("app cars at default/berlin: 2 documents in 1 collection, as of 20"))

        let again = try Server(in: place.folder)
        #expect(try again.run(["wait", "--for=condition=Ready", "--all"]).code == 0)
        let documents = try Self.query("SELECT * FROM cars ORDER BY _id", again)["items"]
        #expect(documents == [["_id": "a", "n": 1], ["_id": "b", "n": 1]])
        again.stop()
        // Nothing runs: a backup needs no process. What it says of itself is not handed on to the store.
        let quiet = try place.backup("2164BEF3-37c0-489c-9ac6-c94b034525d7", "--to", place.backup, "--force")
        #expect(quiet.code == 0, "\(quiet.messages)")
        #expect(quiet.output.contains(": 2 documents in 1 collection of app "))
    }

    @Test("what is not meant is refused, says what to do, and changes nothing")
    func refusals() throws {
        let place = try Place()
        let server = try Self.start(place)
        _ = try Self.query("INSERT INTO cars DOCUMENTS ({'_id': 'a'})", server)
        _ = try Self.query("INSERT INTO vans DOCUMENTS ({'_id': 'v'})", app: "vans", server)
        let vans = "\(place.folder.path)/vans.backup"
        #expect(try place.backup("vans", "--to", vans).code == 0)
        #expect(try place.backup("cars", "--to", place.backup).code == 0)
        func expect(_ result: Program.Result, _ code: Int32, _ message: String) {
            #expect(result.code == code, "\(result.messages)")
            #expect(result.messages.contains(message), "\(result.messages)")
        }
        let bytes = try place.folder.bytes("cars.backup")
        expect(try place.backup("cars", "--to", place.backup), 1, "--force")
        #expect(try place.folder.bytes("cars.backup") == bytes)
        expect(try place.backup("cars", "--to", "\(place.folder.path)/none/x"), 2, "No such file or directory")
        expect(try place.backup("bikes", "--to", "x"), 1, #"no app "bikes"; it has "cars", "vans""#)
        expect(try place.backup("cars", "--to", "x", "-n", "other"), 1, "other/berlin")
        server.stop()

        expect(try place.restore("cars", from: vans), 1, "--any-app")
        expect(try place.restore("cars", from: "\(place.folder.path)/none"), 2, "there is no such file")
        let text = try place.folder.write("text", String(repeating: "not a backup ", count: 100))
        expect(try place.restore("cars", from: text), 1, "use another backup")
        let peer = "\(place.data)/peers/default/berlin"
        expect(try place.restore("cars", from: "\(peer)/peer.sqlite"), 1, "holds no documents of an app")
        let raw = "\(peer)/app-2164bef3-37c0-489c-9ac6-c94b034525d7.sqlite"
        expect(try place.restore("vans", from: raw), 1, "does not say which app")
        expect(try place.backup("cars", "--to", raw, "--force"), 2, "this is the store itself")

        let again = try Server(in: place.folder)
        #expect(try again.run(["wait", "--for=condition=Ready", "--all"]).code == 0)
        #expect(try Self.query("SELECT * FROM cars", again)["items"] == [["_id": "a"]])
        again.stop()
        #expect(try place.restore("cars", from: vans, "--any-app").code == 0)
    }
}
