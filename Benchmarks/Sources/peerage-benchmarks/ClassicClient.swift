import Foundation

/// A plain AppWebsocket client that asks for one row at a time, as those do that know nothing of peers like ours.
///
/// https://sdk.innovaphone.com/doc/appwebsocket/AppWebsocket.htm (login) and Replication.htm beside it (the table).
struct ClassicClient {
    let port: Int
    let app: String
    let scratch: URL

    /// Takes at most so many rows of a table from the beginning.
    ///
    /// - Returns: Seconds of each exchange, and how many bytes went there and back.
    func rows(
        of table: String,
        _ columns: [String],
        atMost count: Int
    ) throws -> (seconds: [Double], request: Int, answer: Int) {
        let socket = try self.login()
        let names = columns.map { "\"\($0)\":{}" }.joined(separator: ",")
        try socket.send(#"{"api":"\#(table)","mt":"ReplicateStart","src":"1","columns":{\#(names)}}"#)
        let start = try socket.receive().text
        guard start.contains(#""ReplicateStartResult""#), !start.contains(#""error""#) else {
            throw LoopbackConnection.Broken(description: start)
        }
        let next = #"{"api":"\#(table)","mt":"ReplicateNext","src":"1"}"#
        var seconds: [Double] = []
        var longest = 0
        while seconds.count < count {
            let begin = ContinuousClock.now
            try socket.send(next)
            let answer = try socket.receive()
            seconds.append(begin.duration(to: .now).seconds)
            guard answer.text.contains(#""columns""#) else { break }
            longest = max(longest, answer.frameLength)
        }
        return (seconds, WebSocketConnection.frame(next).count, longest)
    }

    private func login() throws -> WebSocketConnection {
        let socket = try WebSocketConnection(port: self.port, path: "/\(self.app)")
        try socket.send(#"{"mt":"AppChallenge"}"#)
        let challenge = try Self.object(try socket.receive().text)["challenge"].map { "\($0)" } ?? ""
        // On the loopback an app without a credential takes its own id.
        let digest = try self.sha256("\(self.app):::::\(challenge):\(self.app)")
        try socket.send(#"{"mt":"AppLogin","app":"\#(self.app)","digest":"\#(digest)"}"#)
        let result = try socket.receive().text
        guard try Self.object(result)["ok"] as? Bool == true else {
            throw LoopbackConnection.Broken(description: "the login was refused: \(result)")
        }
        return socket
    }

    private static func object(_ text: String) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    private func sha256(_ text: String) throws -> String {
        let (input, output) = (self.scratch.appending(path: "login.txt"), self.scratch.appending(path: "sha256.txt"))
        try Data(text.utf8).write(to: input)
        guard try Subject(["sha256sum", input.path()], output: output).wait() == 0 else {
            throw LoopbackConnection.Broken(description: "sha256sum failed")
        }
        return String(try String(contentsOf: output, encoding: .utf8).prefix(64))
    }
}
