import JSON

/// Cuts a stream of bytes into lines and the lines into events; pure.
struct EventLineReader: Sendable {
    /// One line: `{"type": "ADDED", "object": {…}}`.
    struct Line: Sendable, Hashable {
        let type: String
        let object: JSONValue
    }

    /// Why a line is no event.
    struct Malformed: Error, Hashable {
        let message: String
    }

    /// The longest line that is read.
    static let maximumLineBytes = 16 << 20

    private var rest: [UInt8] = []

    /// Takes bytes as they come.
    ///
    /// - Parameter bytes: The next bytes of the stream.
    /// - Returns: The events that are complete with them.
    /// - Throws: `Malformed` when a line is too long or no event.
    mutating func lines(adding bytes: [UInt8]) throws(Malformed) -> [Line] {
        var lines: [Line] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            self.rest.append(contentsOf: bytes[start..<end])
            start = end + 1
            let line = self.rest
            self.rest.removeAll(keepingCapacity: true)
            if !line.isEmpty { lines.append(try Self.line(line)) }
        }
        self.rest.append(contentsOf: bytes[start...])
        guard self.rest.count <= Self.maximumLineBytes else {
            throw Malformed(message: "a watch event is longer than \(Self.maximumLineBytes) bytes")
        }
        return lines
    }

    private static func line(_ bytes: [UInt8]) throws(Malformed) -> Line {
        let json: JSONValue
        do throws(JSONError) {
            json = try JSONValue(parsing: bytes)
        } catch {
            throw Malformed(message: "a watch event is not JSON: \(error)")
        }
        guard let type = json["type"]?.string, let object = json["object"] else {
            throw Malformed(message: "a watch event has no type or no object")
        }
        return Line(type: type, object: object)
    }
}
