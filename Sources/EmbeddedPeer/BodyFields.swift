import JSON
import PeerModel

/// The fields of a request's JSON object, read one by one with errors that name their place.
///
/// Fields that nobody asks for are ignored; `null` is as good as an empty list or object.
struct BodyFields {
    private let object: JSONObject

    init(_ bytes: [UInt8], maximumDepth: Int) throws(PeerAPIError) {
        let json: JSONValue
        do {
            json = try JSONValue(parsing: bytes, maximumDepth: maximumDepth)
        } catch {
            throw .notJSON(error)
        }
        guard let object = json.object else { throw .invalidField(path: "", problem: Self.expected("an object", json)) }
        self.object = object
    }

    /// The required name.
    func name() throws(PeerAPIError) -> String {
        guard let name = try self.string("name") else {
            throw .invalidField(path: "name", problem: "is missing; expected a DNS label")
        }
        if let problem = DNSLabel.problem(in: name) {
            throw .invalidField(path: "name", problem: "\"\(name)\" \(problem)")
        }
        return name
    }

    /// The app id in lower case, if given.
    func appID() throws(PeerAPIError) -> String? {
        guard let text = try self.string("appId") else { return nil }
        guard let id = AppID.canonical(text) else {
            throw .invalidField(path: "appId", problem: "\"\(text)\" is not a UUID")
        }
        return id
    }

    /// The authentication providers, if given; each is an object that is kept as it is.
    func authProviders() throws(PeerAPIError) -> JSONObject? {
        switch self.object["authProviders"] {
        case nil: return nil
        case .null?: return JSONObject()
        case .object(let providers)?:
            for member in providers.members where member.value.object == nil {
                throw .invalidField(
                    path: "authProviders.\(member.key)",
                    problem: Self.expected("an object", member.value)
                )
            }
            return providers
        case let other?: throw .invalidField(path: "authProviders", problem: Self.expected("an object", other))
        }
    }

    /// The addresses to dial, if given: a set.
    func connections() throws(PeerAPIError) -> [String]? {
        guard let json = self.object["connections"] else { return nil }
        let connections = json.isNull ? [] : try Self.strings(json, path: "connections")
        var seen: Set<String> = []
        for connection in connections where !seen.insert(connection).inserted {
            throw .connectionsNotUnique(connection)
        }
        return connections
    }

    /// The queries of every collection, if given.
    func queriesByCollection() throws(PeerAPIError) -> [String: [String]]? {
        guard let json = self.object["queriesByCollection"] else { return nil }
        if json.isNull { return [:] }
        guard let object = json.object else {
            throw .invalidField(path: "queriesByCollection", problem: Self.expected("an object", json))
        }
        var queries: [String: [String]] = [:]
        for member in object.members {
            queries[member.key] = try Self.strings(member.value, path: "queriesByCollection.\(member.key)")
        }
        return queries
    }

    /// Whether documents that no longer match are dropped, if given: the API of embedded peers only.
    func evictsOnLeave() throws(PeerAPIError) -> Bool? {
        switch try self.string(PeerReplication.leavePolicy) {
        case nil: return nil
        case PeerReplication.evict?: return true
        case PeerReplication.keep?: return false
        case let other?:
            throw .invalidField(
                path: PeerReplication.leavePolicy,
                problem: "\"\(other)\" is neither \(PeerReplication.keep) nor \(PeerReplication.evict)"
            )
        }
    }

    /// The required text of a DQL statement.
    func statement() throws(PeerAPIError) -> String {
        guard let statement = try self.string("statement") else {
            throw .invalidField(path: "statement", problem: "is missing; expected a DQL statement")
        }
        return statement
    }

    /// The values of a statement's parameters; none when nothing is given.
    func statementArguments() throws(PeerAPIError) -> JSONObject {
        switch self.object["args"] {
        case nil, .null?: return JSONObject()
        case .object(let arguments)?: return arguments
        case let other?: throw .invalidField(path: "args", problem: Self.expected("an object", other))
        }
    }

    /// Refuses another name than the one in the path.
    func requireUnchanged(name: String) throws(PeerAPIError) {
        let given = try self.string("name")
        guard given == nil || given == name else { throw .immutable(field: "name", value: name) }
    }

    /// Refuses another app id than the one that the app was created with.
    func requireUnchanged(appID: String) throws(PeerAPIError) {
        let given = try self.appID()
        guard given == nil || given == appID else { throw .immutable(field: "appId", value: appID) }
    }

    private func string(_ field: String) throws(PeerAPIError) -> String? {
        switch self.object[field] {
        case nil, .null?: return nil
        case .string(let text)?: return text
        case let other?: throw .invalidField(path: field, problem: Self.expected("a string", other))
        }
    }

    private static func strings(_ json: JSONValue, path: String) throws(PeerAPIError) -> [String] {
        guard let elements = json.array else {
            throw .invalidField(path: path, problem: Self.expected("a list of strings", json))
        }
        var strings: [String] = []
        strings.reserveCapacity(elements.count)
        for (index, element) in elements.enumerated() {
            guard let text = element.string else {
                throw .invalidField(path: "\(path)[\(index)]", problem: Self.expected("a string", element))
            }
            guard !text.isEmpty else { throw .invalidField(path: "\(path)[\(index)]", problem: "is empty") }
            strings.append(text)
        }
        return strings
    }

    private static func expected(_ what: String, _ found: JSONValue) -> String {
        "is \(found.sort); expected \(what)"
    }
}
