import ChildProcess
import EmbeddedPeer
import Foundation
import JSON

/// The real curl, as a client that shares no code with the server.
struct Curl: Sendable {
    /// What curl was answered.
    struct Reply: Sendable {
        let status: Int
        let headers: [String: String]
        let body: String

        /// The body as JSON; `nil` when it is not.
        var json: JSONValue? { try? JSONValue(parsing: self.body) }
        /// The sentence of an error body.
        var error: String? { self.json?["error"]?.string }
    }

    struct Failure: Error {
        let arguments: [String]
        let output: String
    }

    let address: ListenAddress
    var base = "/namespace/fleet/bigPeer/berlin"

    /// Sends one request and returns the whole answer; a path below the peer's own begins without a slash.
    func callAsFunction(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        headers: [String] = [],
        more: [String] = []
    ) async throws -> Reply {
        var arguments = ["-sS", "-i", "--max-time", "120"]
        arguments += method == "HEAD" ? ["--head"] : ["-X", method]
        for header in headers { arguments += ["-H", header] }
        // An argument has at most 128 KiB on Linux.
        let file = FileManager.default.temporaryDirectory.appending(
            path: "peerage-body-\(UInt64.random(in: 0 ... .max))"
        )
        defer { try? FileManager.default.removeItem(at: file) }
        if let body, body.utf8.count > 100_000 {
            try body.write(to: file, atomically: false, encoding: .utf8)
            arguments += ["--data-binary", "@\(file.path())"]
        } else if let body {
            arguments += ["--data-binary", body]
        }
        arguments += more + [self.url(path)]
        let output = try await Self.run(arguments)
        guard let reply = Reply(parsing: output) else { throw Failure(arguments: arguments, output: output) }
        return reply
    }

    /// Sends the same request many times at once and returns the statuses.
    func parallel(_ method: String, _ requests: [(path: String, body: String)]) async throws -> [Int] {
        var arguments = ["--no-progress-meter", "--parallel", "--parallel-immediate", "--parallel-max", "200"]
        for (index, request) in requests.enumerated() {
            if index > 0 { arguments.append("--next") }
            arguments += ["-X", method, "--data-binary", request.body, "-o", "/dev/null", "--max-time", "120"]
            arguments += ["-w", "%{http_code}\n", self.url(request.path)]
        }
        return try await Self.run(arguments).split(separator: "\n").compactMap { Int($0) }
    }

    func url(_ path: String) -> String {
        "http://\(self.address)" + (path.hasPrefix("/") ? path : "\(self.base)/\(path)")
    }

    /// Runs curl to its end with an input that stays open, and returns what it printed.
    static func run(_ arguments: [String]) async throws -> String {
        await (try ChildProcess("curl", arguments)).end().text
    }
}

extension Curl.Reply {
    /// Reads what `curl -i` prints, past any interim answer.
    init?(parsing output: String) {
        var rest = output[...]
        while true {
            guard let end = rest.range(of: "\r\n\r\n") else { return nil }
            let lines = rest[..<end.lowerBound].components(separatedBy: "\r\n")
            rest = rest[end.upperBound...]
            let words = lines[0].split(separator: " ")
            guard words.count >= 2, let status = Int(words[1]) else { return nil }
            if status == 100 { continue }
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { return nil }
                let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
                headers[line[..<colon].lowercased()] = value
            }
            self.init(status: status, headers: headers, body: String(rest))
            return
        }
    }
}
