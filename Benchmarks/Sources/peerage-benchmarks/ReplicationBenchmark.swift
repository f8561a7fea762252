import Foundation

/// Documents from one embedded Big Peer to another, beside rows from one PostgreSQL server to another.
///
/// The same rows: five columns, about 300 bytes. Each side writes durably at the publisher; the subscriber's writes
/// are those that each makes by default. Lag is from the acknowledgement of one write to the moment when a reader of
/// the subscriber sees it, asked again and again over one connection.
struct ReplicationBenchmark {
    let binary: String
    let scratch: URL
    let count: Int

    private static let pad = String(repeating: "abcdefghijklmnopqrstuvwxyz0123456789", count: 6)
    private static let batch = 100
    private static let changes = 50_000
    private static let singles = 300
    private static let classicRows = 20_000

    /// What one side did.
    private struct Figures {
        var copy = Double.nan
        var sustained = Double.nan
        var lags: [Double] = []
        /// Seconds of each exchange of a client that asks for one row at a time, and of bare TCP with as many bytes.
        var classic: [Double] = []
        var roundTrips: [Double] = []
    }

    func run(_ report: Report) throws {
        let ours = try self.peerage()
        var theirs: Figures?
        if let server = try PostgreSQL(in: self.scratch) {
            defer { server.stop() }
            theirs = try self.postgreSQL(server)
        }
        self.row(report, "initial copy of \(self.count) rows", ours.copy, theirs?.copy, "rows/s", "≥ 2×")
        self.row(
            report,
            "\(Self.changes) inserts in transactions of \(Self.batch), first write to last row seen",
            ours.sustained,
            theirs?.sustained,
            "rows/s",
            "≥ 3×"
        )
        for (name, share) in [("p50", 0.5), ("p99", 0.99)] {
            let (mine, other) = (percentile(ours.lags, share), theirs.map { percentile($0.lags, share) })
            report.row(
                "lag of a single insert after its acknowledgement, \(name) of \(Self.singles)",
                "\(mine.duration)" + (other.map { ", PostgreSQL \($0.duration): \(Self.ratio(mine, $0))" } ?? ""),
                target: "≤ 1×"
            )
        }
        try self.limits(report, ours)
    }

    /// What the machine itself can do, in the same run.
    private func limits(_ report: Report, _ ours: Figures) throws {
        let document = { (number: Int) in (id: "\"c\(number)\"", body: Self.document(number)) }
        let sqlite = SQLiteLimit(folder: self.scratch)
        let copied = try sqlite.append(self.count, perTransaction: 1_000, row: document)
        self.limit(report, "initial copy beside SQLite's append, 1,000 rows a transaction", ours.copy, copied)
        let bytes = (0..<self.count).reduce(0) { $0 + Self.document($1).utf8.count }
        let carried = try LoopbackLimit.oneWay(bytes) * Double(self.count) / Double(bytes)
        self.limit(report, "initial copy beside the loopback, as many bytes one way", ours.copy, carried)
        let changed = try sqlite.append(Self.changes, perTransaction: Self.batch, row: document)
        self.limit(
            report,
            "inserts beside SQLite's append, \(Self.batch) rows a transaction",
            ours.sustained,
            changed
        )
        let (row, trip) = (median(ours.classic), median(ours.roundTrips))
        let mean = ours.classic.reduce(0, +) / Double(ours.classic.count)
        report.row(
            "a client that asks for one row at a time, p50 of \(ours.classic.count)",
            "\(Self.microseconds(row)) a row (mean \(Self.microseconds(mean))), bare TCP \(Self.microseconds(trip)): "
                + Self.ratio(row, trip),
            target: "≤ 1.5×"
        )
    }

    private func limit(_ report: Report, _ what: String, _ mine: Double, _ raw: Double) {
        report.row(what, "\(Int(mine)) rows/s of \(Int(raw)): \(String(format: "%.1f %%", 100 * mine / raw))")
    }

    private static func microseconds(_ seconds: Double) -> String { String(format: "%.1f µs", seconds * 1_000_000) }

    private func row(
        _ report: Report,
        _ what: String,
        _ mine: Double,
        _ other: Double?,
        _ unit: String,
        _ target: String
    ) {
        let figure = "\(Int(mine)) \(unit)"
        report.row(
            what,
            other.map { "\(figure), PostgreSQL \(Int($0)): \(Self.ratio(mine, $0))" } ?? "\(figure) (no PostgreSQL)",
            target: target
        )
    }

    private static func ratio(_ mine: Double, _ other: Double) -> String { String(format: "%.2f×", mine / other) }

    // MARK: - Peerage

    private static let appID = "2164bef3-37c0-489c-9ac6-c94b034525d7"

    private func peerage() throws -> Figures {
        let root = self.scratch.appending(path: "replication")
        let manifests = root.appending(path: "manifests")
        try FileManager.default.createDirectory(at: manifests, withIntermediateDirectories: true)
        let documents = ["a", "b"].map { name in
            """
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeer
            metadata: {name: \(name)}
            spec: {embedded: {}}
            ---
            apiVersion: peerage.dev/v1alpha1
            kind: BigPeerApp
            metadata: {name: \(name)-cars}
            spec: {bigPeerRef: {name: \(name)}, appName: cars, appId: \(Self.appID)}
            """
        }
        try Data(documents.joined(separator: "\n---\n").utf8).write(to: manifests.appending(path: "peers.yaml"))
        let output = root.appending(path: "run.txt")
        let data = root.appending(path: "data").path()
        let subject = try Subject(
            [self.binary, "run", "--manifests", manifests.path(), "--data", data, "--listen", "127.0.0.1:0"],
            output: output
        )
        defer { subject.stop() }
        while (try? String(contentsOf: output, encoding: .utf8))?.contains("Everything is as declared") != true {
            usleep(10_000)
        }
        let (a, b) = (try self.endpoints("a", data: data), try self.endpoints("b", data: data))
        let (writer, reader) = (try LoopbackConnection(port: a.data), try LoopbackConnection(port: b.data))
        var figures = Figures()
        for start in stride(from: 0, to: self.count, by: 1_000) {
            try self.insert(writer, start..<min(start + 1_000, self.count))
        }
        let rest = try LoopbackConnection(port: b.api)
        let replication = """
            {"name":"cars-b","connections":["127.0.0.1:\(a.replication)"],"queriesByCollection":{"cars":["true"]}}
            """
        var begin = ContinuousClock.now
        let path = "/namespace/default/bigPeer/b/app/cars/bigPeerReplication"
        let answer = try rest.send("POST", path, Array(replication.utf8))
        guard answer.status == 200 else {
            throw LoopbackConnection.Broken(description: String(decoding: answer.body, as: UTF8.self))
        }
        try self.wait(reader, count: self.count)
        figures.copy = Double(self.count) / begin.duration(to: .now).seconds

        begin = .now
        for start in stride(from: self.count, to: self.count + Self.changes, by: Self.batch) {
            try self.insert(writer, start..<(start + Self.batch))
        }
        try self.wait(reader, count: self.count + Self.changes)
        figures.sustained = Double(Self.changes) / begin.duration(to: .now).seconds

        for single in 0..<Self.singles {
            let number = self.count + Self.changes + single
            try self.insert(writer, number..<(number + 1))
            let acknowledged = ContinuousClock.now
            let statement = #"{"statement":"SELECT _id FROM cars WHERE _id = 'c\#(number)'"}"#
            while !(try self.execute(reader, statement)).contains("c\(number)") {}
            figures.lags.append(acknowledged.duration(to: .now).seconds)
        }

        let client = ClassicClient(port: a.replication, app: Self.appID, scratch: self.scratch)
        let columns = ["_id", "color", "owner", "at", "note"]
        let rows = try client.rows(of: "cars", columns, atMost: Self.classicRows)
        figures.classic = rows.seconds
        figures.roundTrips = try LoopbackLimit.roundTrips(
            rows.seconds.count,
            request: rows.request,
            answer: rows.answer
        )
        return figures
    }

    private static func document(_ number: Int) -> String {
        #"{"_id":"c\#(number)","color":"blue","owner":\#(number),"at":"2026-11-21T12:00:00Z","note":"\#(self.pad)"}"#
    }

    private func insert(_ connection: LoopbackConnection, _ numbers: Range<Int>) throws {
        var places = ""
        var arguments = ""
        for number in numbers {
            let comma = places.isEmpty ? "" : ","
            places += "\(comma)(:d\(number))"
            arguments += #"\#(comma)"d\#(number)":\#(Self.document(number))"#
        }
        let body = #"{"statement":"INSERT INTO cars DOCUMENTS \#(places)","args":{\#(arguments)}}"#
        _ = try self.execute(connection, body)
    }

    private func wait(_ connection: LoopbackConnection, count: Int) throws {
        let wanted = ":\(count)}"
        let deadline = ContinuousClock.now + .seconds(120)
        while !(try self.execute(connection, #"{"statement":"SELECT count(*) AS n FROM cars"}"#)).contains(wanted) {
            guard ContinuousClock.now < deadline else {
                throw LoopbackConnection.Broken(description: "the subscriber does not get all \(count) documents")
            }
            usleep(2_000)
        }
    }

    private func execute(_ connection: LoopbackConnection, _ body: String) throws -> String {
        let answer = try connection.send("POST", "/\(Self.appID)/api/v4/store/execute", Array(body.utf8))
        let text = String(decoding: answer.body, as: UTF8.self)
        guard answer.status == 200 else { throw LoopbackConnection.Broken(description: "\(answer.status) \(text)") }
        return text
    }

    private func endpoints(_ peer: String, data: String) throws -> (api: Int, data: Int, replication: Int) {
        let pipe = Pipe()
        let process = Process()
        process.executableURL = URL(filePath: self.binary)
        process.arguments = ["get", "bigpeer", peer, "-o", "json", "--kubeconfig", "\(data)/kubeconfig"]
        process.standardOutput = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let object = try JSONSerialization.jsonObject(with: bytes) as? [String: Any]
        let endpoints = (object?["status"] as? [String: Any])?["endpoints"] as? [String: String]
        func port(_ name: String) throws -> Int {
            guard let text = endpoints?[name], let port = text.split(separator: ":").last.flatMap({ Int($0) }) else {
                throw LoopbackConnection.Broken(description: "BigPeer \(peer) has no endpoint \(name)")
            }
            return port
        }
        return (try port("api"), try port("data"), try port("replication"))
    }

    // MARK: - PostgreSQL

    private func postgreSQL(_ server: PostgreSQL) throws -> Figures {
        try server.start()
        let (writer, reader) = (try server.session(54_810), try server.session(54_811))
        let table = "CREATE TABLE cars (id text PRIMARY KEY, color text, owner int, at timestamptz, note text);"
        try writer.ask(table)
        try reader.ask(table)
        for start in stride(from: 0, to: self.count, by: 10_000) {
            try writer.ask(Self.rows(start..<min(start + 10_000, self.count)))
        }
        try writer.ask("CREATE PUBLICATION cars FOR TABLE cars; CHECKPOINT;")
        var figures = Figures()
        var begin = ContinuousClock.now
        let connection = "host=127.0.0.1 port=54810 user=postgres dbname=postgres"
        try reader.ask(
            "SET client_min_messages = error; CREATE SUBSCRIPTION cars CONNECTION '\(connection)' PUBLICATION cars;"
        )
        while try reader.ask("SELECT string_agg(srsubstate::text, '') FROM pg_subscription_rel;") != "r" {
            usleep(2_000)
        }
        figures.copy = Double(self.count) / begin.duration(to: .now).seconds

        begin = .now
        for start in stride(from: self.count, to: self.count + Self.changes, by: Self.batch) {
            try writer.ask(Self.rows(start..<(start + Self.batch)))
        }
        // A row is there only when all before it are.
        let last = self.count + Self.changes - 1
        while try reader.ask("SELECT count(*) FROM cars WHERE id = 'c\(last)';") != "1" { usleep(2_000) }
        figures.sustained = Double(Self.changes) / begin.duration(to: .now).seconds

        for single in 0..<Self.singles {
            let number = self.count + Self.changes + single
            try writer.ask(Self.rows(number..<(number + 1)))
            let acknowledged = ContinuousClock.now
            while try reader.ask("SELECT count(*) FROM cars WHERE id = 'c\(number)';") != "1" {}
            figures.lags.append(acknowledged.duration(to: .now).seconds)
        }
        return figures
    }

    private static func rows(_ numbers: Range<Int>) -> String {
        let values = numbers.map { "('c\($0)','blue',\($0),'2026-11-21T12:00:00Z','\(self.pad)')" }
        return "INSERT INTO cars VALUES \(values.joined(separator: ","));"
    }
}
