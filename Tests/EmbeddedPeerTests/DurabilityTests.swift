import EmbeddedPeer
import Foundation
import JSON
import Testing

/// What is left after a stop, a crash, and damage.
@Suite("Durability")
struct DurabilityTests {
    @Test("apps, replications and the peer's key outlive a restart")
    func restart() async throws {
        try await withDirectory { directory in
            let configuration = EmbeddedPeerConfiguration.berlin(.directory(directory))
            let before = try await withPeer(configuration) { peer, curl in
                _ = try await curl("POST", "app", #"{"name":"cars","authProviders":{"p":{"type":"anonymous"}}}"#)
                _ = try await curl("POST", "app", #"{"name":"vans"}"#)
                for name in ["a", "b", "c"] {
                    _ = try await curl("POST", "app/cars/bigPeerReplication", #"{"name":"\#(name)"}"#)
                }
                _ = try await curl("POST", "app/vans/bigPeerReplication", #"{"name":"v"}"#)
                _ = try await curl("PUT", "app/cars/bigPeerReplication/a", #"{"connections":["x:1"]}"#)
                _ = try await curl("PUT", "app/cars", #"{"authProviders":{"q":{"type":"anonymous"}}}"#)
                _ = try await curl("DELETE", "app/cars/bigPeerReplication/b")
                _ = try await curl("DELETE", "app/vans")
                return (peer.peerKey, try await curl("GET", "app").body)
            }
            #expect(before.0.count == 32)
            try await withPeer(configuration) { peer, curl in
                #expect(peer.peerKey == before.0)
                #expect(try await curl("GET", "app").body == before.1)
                let a = try await curl("GET", "app/cars/bigPeerReplication/a")
                #expect(a.json == ["name": "a", "connections": ["x:1"], "queriesByCollection": [:]])
                #expect(try await curl("GET", "app/cars/bigPeerReplication/b").status == 404)
                #expect(try await curl("GET", "app/cars/bigPeerReplication/c").status == 200)
                #expect(try await curl("GET", "app/vans/bigPeerReplication/v").status == 404)
            }
        }
    }

    @Test("what was acknowledged is in the files at once, as kill -9 would leave them")
    func crash() async throws {
        try await withDirectory { directory in
            try await withPeer(.berlin(.directory("\(directory)/live"))) { peer, curl in
                _ = try await curl("POST", "app", #"{"name":"cars"}"#)
                let requests = (0..<100).map { (path: "app/cars/bigPeerReplication", body: #"{"name":"r\#($0)"}"#) }
                let statuses = try await curl.parallel("POST", requests)
                #expect(statuses == Array(repeating: 200, count: 100))
                #expect(peer.snapshot.writes == 101)
                #expect(peer.snapshot.commits <= 101)
                try FileManager.default.createDirectory(
                    atPath: "\(directory)/copy",
                    withIntermediateDirectories: false
                )
                for file in ["peer.sqlite", "peer.sqlite-wal"] {
                    try FileManager.default.copyItem(
                        atPath: "\(directory)/live/\(file)",
                        toPath: "\(directory)/copy/\(file)"
                    )
                }
            }
            try await withPeer(.berlin(.directory("\(directory)/copy"))) { _, curl in
                let requests = (0..<100).map { (path: "app/cars/bigPeerReplication/r\($0)", body: "{}") }
                let statuses = try await curl.parallel("PUT", requests)
                #expect(statuses == Array(repeating: 200, count: 100))
            }
        }
    }

    @Test("a port that the system chose is kept, and given up when it is taken")
    func port() async throws {
        try await withDirectory { directory in
            let configuration = EmbeddedPeerConfiguration.berlin(.directory(directory))
            var first = try await withPeer(configuration) { _, curl in curl.address }
            var isKept = false
            // In between, a connection of another test may have been given the port.
            for _ in 0..<5 where !isKept {
                let second = try await withPeer(configuration) { peer, curl in
                    #expect(peer.endpoints?.api == curl.address)
                    return curl.address
                }
                isKept = first == second
                first = second
            }
            #expect(isKept)
            let third = try await withPeer(.berlin(listen: first)) { _, _ in
                try await withPeer(configuration) { _, curl in
                    let reply = try await curl("GET", "app")
                    #expect(reply.status == 200)
                    return curl.address
                }
            }
            #expect(third != first)
        }
    }

    @Test("a configured port that is taken is an error")
    func takenPort() async throws {
        try await withPeer { _, curl in
            let error = await #expect(throws: EmbeddedPeerError.self) {
                try await withPeer(.berlin(listen: curl.address)) { _, _ in }
            }
            guard case .cannotListen(curl.address, reason: _) = error else {
                Issue.record("expected cannotListen, got \(String(describing: error))")
                return
            }
        }
    }

    @Test("two peers do not share a directory")
    func sharedDirectory() async throws {
        try await withDirectory { directory in
            let configuration = EmbeddedPeerConfiguration.berlin(.directory(directory))
            try await withPeer(configuration) { _, _ in
                let error = #expect(throws: EmbeddedPeerError.self) {
                    _ = try EmbeddedBigPeer(configuration: configuration, logger: .silent)
                }
                #expect(error == .directoryInUse(path: directory, holder: "another peer of this process"))
            }
            try await withPeer(configuration) { _, _ in }
        }
    }

    @Test(
        "a file that cannot be used is left alone and says what to do",
        arguments: [
            Damage.newerSchema, .otherProgram, .noDatabase, .brokenPage,
        ]
    )
    func damage(_ damage: Damage) async throws {
        try await withDirectory { directory in
            let configuration = EmbeddedPeerConfiguration.berlin(.directory(directory))
            try await withPeer(configuration) { _, curl in
                _ = try await curl("POST", "app", #"{"name":"cars"}"#)
            }
            let path = "\(directory)/peer.sqlite"
            var bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
            damage.apply(to: &bytes)
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            let error = try #require(throws: EmbeddedPeerError.self) {
                _ = try EmbeddedBigPeer(configuration: configuration, logger: .silent)
            }
            #expect(error.description.contains(path))
            #expect(error.description.contains(damage.advice))
            #expect(Array(try Data(contentsOf: URL(fileURLWithPath: path))) == bytes)
        }
    }

    /// What can have happened to a file; the offsets are those of https://www.sqlite.org/fileformat2.html#the_database_header.
    enum Damage: Sendable {
        case newerSchema
        case otherProgram
        case noDatabase
        case brokenPage

        func apply(to bytes: inout [UInt8]) {
            switch self {
            case .newerSchema: bytes.replaceSubrange(60..<64, with: [0, 0, 0, 9])
            case .otherProgram: bytes.replaceSubrange(68..<72, with: [1, 2, 3, 4])
            case .noDatabase: bytes.replaceSubrange(0..<16, with: repeatElement(0x41, count: 16))
            case .brokenPage: bytes.replaceSubrange(4_096..<4_200, with: repeatElement(0xFF, count: 104))
            }
        }

        var advice: String {
            switch self {
            case .newerSchema: "has schema 9, this version of Peerage knows up to 1: run the newer version"
            case .otherProgram: "give the peer a directory of its own"
            case .noDatabase, .brokenPage: "restore it from a backup"
            }
        }
    }
}
