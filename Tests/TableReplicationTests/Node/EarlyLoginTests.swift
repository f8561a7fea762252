import JSON
import Testing

@testable import TableReplication

/// Logins that come to a peer that is still coming up, or that does not know the app or its password.
@Suite("Early and refused logins")
struct EarlyLoginTests {
    private static let position = StorePosition(guid: Bench.guid, durableUSN: 0, purgedUSN: 0)
    private static let accepted = #"{"mt":"AppLoginResult","app":"cars","ok":true}"#
    private static let refused = #"{"mt":"AppLoginResult","ok":false}"#

    /// Lets a client log in; its address is that of a machine.
    private func logIn(_ bench: inout Bench, password: String, on link: LinkID = Bench.link) throws -> [String] {
        _ = bench.give(.accepted(link, address: "10.0.0.7", path: "/cars"))
        let result = try #require(bench.say(#"{"mt":"AppChallenge"}"#, on: link).first)
        let challenge = try #require(try JSONValue(parsing: result)["challenge"]?.string)
        let digest = String(
            decoding: LoginDigest(app: "cars").hex(challenge: challenge, password: password),
            as: UTF8.self
        )
        return bench.say(#"{"mt":"AppLogin","app":"cars","digest":"\#(digest)"}"#, on: link)
    }

    @Test("who comes while the app is being opened is let in as soon as it is")
    func opening() throws {
        var bench = Bench()
        _ = bench.give(.storeClosed(app: Bench.app))
        #expect(try self.logIn(&bench, password: Bench.app).isEmpty)
        #expect(bench.give(.storeOpened(app: Bench.app, Self.position)) == [Self.accepted])
        // Nothing is held back any more.
        bench.now = .seconds(1)
        #expect(bench.give(.timer).isEmpty)
        #expect(bench.node.status(of: Bench.app, at: bench.now).sessions.map(\.state) == [.live])
    }

    @Test("a wrong password is not let in because the app is opened, and hears no sooner of it")
    func openingForStrangers() throws {
        var bench = Bench()
        _ = bench.give(.storeClosed(app: Bench.app))
        #expect(try self.logIn(&bench, password: "guess").isEmpty)
        #expect(bench.give(.storeOpened(app: Bench.app, Self.position)).isEmpty)
        bench.now = .milliseconds(999)
        #expect(bench.give(.timer).isEmpty)
        bench.now = .seconds(1)
        #expect(bench.give(.timer) == [Self.refused])
    }

    @Test("a password that has come to be right while the answer was held back is let in")
    func newPassword() throws {
        var bench = Bench()
        #expect(try self.logIn(&bench, password: "new").isEmpty)
        let app = AppConfiguration(appId: Bench.app, appName: "cars", password: "new")
        let configuration = NodeConfiguration(peerKey: String(repeating: "a", count: 32), apps: [Bench.app: app])
        _ = bench.give(.configure(configuration))
        bench.now = .seconds(1)
        #expect(bench.give(.timer) == [Self.accepted])
    }

    @Test("the side that refuses says where a wrong password came from, until it is right")
    func refusedLogin() throws {
        var bench = Bench()
        #expect(try self.logIn(&bench, password: "guess").isEmpty)
        bench.now = .seconds(1)
        #expect(bench.give(.timer) == [Self.refused])
        #expect(
            bench.wishes.contains { if case .statusChanged(Bench.app) = $0 { true } else { false } }
        )
        #expect(bench.node.status(of: Bench.app, at: bench.now).refusedLogin == "10.0.0.7")
        #expect(try self.logIn(&bench, password: Bench.app, on: .accepted(2)) == [Self.accepted])
        #expect(bench.node.status(of: Bench.app, at: bench.now).refusedLogin == nil)
    }

    @Test(
        "who wants an app that is not here is told of when the answer goes out, and not while the app is being opened"
    )
    func strangeApp() throws {
        var bench = Bench()
        func wanted(_ app: String, on number: UInt64) throws -> [String] {
            let link = LinkID.accepted(number)
            _ = bench.give(.accepted(link, address: "10.0.0.7", path: "/"))
            _ = bench.say(#"{"mt":"AppChallenge"}"#, on: link)
            #expect(bench.say(#"{"mt":"AppLogin","app":"\#(app)","digest":"00"}"#, on: link).isEmpty)
            bench.now += .seconds(1)
            #expect(bench.give(.timer) == [Self.refused])
            return bench.wishes.compactMap {
                if case .strangeLogin("10.0.0.7", let app) = $0 { app } else { nil }
            }
        }
        #expect(try wanted("trucks", on: 1) == ["trucks"])
        #expect(try wanted("cars", on: 2).isEmpty, "that is a wrong password")
        #expect(try wanted(String(repeating: "x", count: 1_000), on: 3).first?.count == 64)
        _ = bench.give(.storeClosed(app: Bench.app))
        #expect(try wanted("cars", on: 4).isEmpty)
    }

    @Test("the first refusal may mean that the other side is coming up; only the second is one")
    func refusedTwice() throws {
        var bench = Bench()
        let app = AppConfiguration(appId: Bench.app, appName: "cars", connections: [PeerAddress("x:1")])
        let configuration = NodeConfiguration(peerKey: String(repeating: "a", count: 32), apps: [Bench.app: app])
        _ = bench.give(.configure(configuration))
        func answer(_ attempt: UInt64, _ answer: String) -> LinkCloseReason? {
            bench.now += .seconds(40)
            if attempt > 1 { _ = bench.give(.timer) }
            let link = LinkID.dialled(attempt)
            _ = bench.give(.opened(link))
            _ = bench.say(#"{"mt":"AppChallengeResult","challenge":1}"#, on: link)
            _ = bench.say(answer, on: link)
            return bench.closed
        }
        #expect(answer(1, Self.refused) == .notLetInYet)
        #expect(answer(2, Self.refused) == .loginRefused)
        #expect(answer(3, Self.refused) == .loginRefused)
        #expect(answer(4, Self.accepted) == nil)
        _ = bench.give(.closed(.dialled(4), error: "gone"))
        #expect(answer(5, Self.refused) == .notLetInYet)
    }
}
