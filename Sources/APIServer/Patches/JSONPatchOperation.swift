import JSON
import KubernetesModel

/// Why an operation of a JSON patch cannot be carried out.
struct JSONPatchError: Error, Hashable {
    let message: String
}

/// One operation of a JSON patch (RFC 6902); paths are the tokens of a JSON pointer (RFC 6901).
enum JSONPatchOperation: Sendable, Hashable {
    case add([String], JSONValue)
    case remove([String])
    case replace([String], JSONValue)
    case move(from: [String], to: [String])
    case copy(from: [String], to: [String])
    case test([String], JSONValue)

    /// The most operations of one patch, as in Kubernetes.
    static let maximumCount = 10_000

    /// Reads a patch.
    static func operations(_ json: JSONValue) throws(APIStatus) -> [JSONPatchOperation] {
        guard let elements = json.array else {
            throw APIStatus(.badRequest, "the JSON patch is \(json.sort); expected a list of operations")
        }
        guard elements.count <= Self.maximumCount else {
            throw APIStatus(
                .requestEntityTooLarge,
                "the JSON patch has \(elements.count) operations; at most \(Self.maximumCount) are allowed"
            )
        }
        var operations: [JSONPatchOperation] = []
        for (index, element) in elements.enumerated() {
            guard let operation = JSONPatchOperation(element) else {
                throw APIStatus(
                    .badRequest,
                    "operation \(index) of the JSON patch cannot be read; expected \"op\" (add, remove, replace, move, "
                        + "copy, test), \"path\", and \"value\" or \"from\""
                )
            }
            operations.append(operation)
        }
        return operations
    }

    private init?(_ json: JSONValue) {
        guard let path = json["path"]?.string.flatMap(Self.tokens) else { return nil }
        let from = json["from"]?.string.flatMap(Self.tokens)
        switch (json["op"]?.string, json["value"], from) {
        case ("add", let value?, _): self = .add(path, value)
        case ("remove", _, _): self = .remove(path)
        case ("replace", let value?, _): self = .replace(path, value)
        case ("move", _, let from?): self = .move(from: from, to: path)
        case ("copy", _, let from?): self = .copy(from: from, to: path)
        case ("test", let value?, _): self = .test(path, value)
        default: return nil
        }
    }

    private static func tokens(_ pointer: String) -> [String]? {
        if pointer.isEmpty { return [] }
        guard pointer.first == "/" else { return nil }
        var tokens: [String] = []
        for part in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            var token = ""
            var characters = part.makeIterator()
            while let character = characters.next() {
                guard character == "~" else {
                    token.append(character)
                    continue
                }
                switch characters.next() {
                case "0": token.append("~")
                case "1": token.append("/")
                default: return nil
                }
            }
            tokens.append(token)
        }
        return tokens
    }
}

extension JSONPatchOperation {
    /// Carries the operation out.
    func apply(to document: inout JSONValue) throws(JSONPatchError) {
        switch self {
        case .add(let path, let value): try document.set(value, at: path[...], mustExist: false)
        case .replace(let path, let value): try document.set(value, at: path[...], mustExist: true)
        case .remove(let path): try document.remove(at: path[...])
        case .copy(let from, let to): try document.set(try document.value(at: from), at: to[...], mustExist: false)
        case .move(let from, let to):
            guard from == to || !to.starts(with: from) else {
                throw JSONPatchError(message: "a value cannot move into itself")
            }
            let value = try document.value(at: from)
            try document.remove(at: from[...])
            try document.set(value, at: to[...], mustExist: false)
        case .test(let path, let value):
            guard try document.value(at: path) == value else {
                throw JSONPatchError(message: "testing value /\(path.joined(separator: "/")) failed")
            }
        }
    }
}

extension JSONValue {
    /// The value that a pointer names.
    func value(at path: [String]) throws(JSONPatchError) -> JSONValue {
        var value = self
        for token in path {
            let next: JSONValue? =
                if let elements = value.array { try elements[Self.index(token, below: elements.count)] } else {
                    value[token]
                }
            guard let next else { throw Self.missing(path) }
            value = next
        }
        return value
    }

    fileprivate mutating func set(
        _ value: JSONValue,
        at path: ArraySlice<String>,
        mustExist: Bool
    ) throws(JSONPatchError) {
        guard let token = path.first else {
            self = value
            return
        }
        let rest = path.dropFirst()
        switch self {
        case .object(var object):
            if rest.isEmpty {
                guard !mustExist || object[token] != nil else { throw Self.missing(Array(path)) }
                object[token] = value
            } else {
                guard var child = object[token] else { throw Self.missing(Array(path)) }
                try child.set(value, at: rest, mustExist: mustExist)
                object[token] = child
            }
            self = .object(object)
        case .array(var elements):
            if rest.isEmpty, !mustExist {
                let index = token == "-" ? elements.count : try Self.index(token, below: elements.count + 1)
                elements.insert(value, at: index)
            } else {
                let index = try Self.index(token, below: elements.count)
                try elements[index].set(value, at: rest, mustExist: mustExist)
            }
            self = .array(elements)
        default: throw Self.missing(Array(path))
        }
    }

    fileprivate mutating func remove(at path: ArraySlice<String>) throws(JSONPatchError) {
        guard let token = path.first else { throw JSONPatchError(message: "the whole document cannot be removed") }
        let rest = path.dropFirst()
        switch self {
        case .object(var object):
            guard var child = object[token] else { throw Self.missing(Array(path)) }
            if rest.isEmpty {
                object[token] = nil
            } else {
                try child.remove(at: rest)
                object[token] = child
            }
            self = .object(object)
        case .array(var elements):
            let index = try Self.index(token, below: elements.count)
            if rest.isEmpty { elements.remove(at: index) } else { try elements[index].remove(at: rest) }
            self = .array(elements)
        default: throw Self.missing(Array(path))
        }
    }

    /// RFC 6901 §4: digits without a leading zero.
    private static func index(_ token: String, below count: Int) throws(JSONPatchError) -> Int {
        let isPlain = token.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        let hasLeadingZero = token.utf8.count > 1 && token.utf8.first == UInt8(ascii: "0")
        guard isPlain, !hasLeadingZero, let index = Int(token), index < count else {
            throw JSONPatchError(message: "\"\(token)\" is no index of a list of \(count)")
        }
        return index
    }

    private static func missing(_ path: [String]) -> JSONPatchError {
        JSONPatchError(message: "there is nothing at /\(path.joined(separator: "/"))")
    }
}
