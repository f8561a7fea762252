import JSON

/// One link of a replication and how far each collection is.
package struct ReplicationSession: Sendable, Hashable {
    /// One collection of a link.
    package struct Collection: Sendable, Hashable {
        /// The collection's name.
        package var name: String
        /// How many documents have come.
        package var documents: Int64
        /// The position up to which changes have come.
        package var usn: Int64
        /// The other side's newest position, if it told one.
        package var remoteUSN: Int64?
        /// How many changes are outstanding, if known.
        package var lagChanges: Int64?
        /// How old the newest change was when it came, if known.
        package var lagMilliseconds: Int64?

        /// Creates an entry.
        package init(
            name: String,
            documents: Int64,
            usn: Int64,
            remoteUSN: Int64? = nil,
            lagChanges: Int64? = nil,
            lagMilliseconds: Int64? = nil
        ) {
            self.name = name
            self.documents = documents
            self.usn = usn
            self.remoteUSN = remoteUSN
            self.lagChanges = lagChanges
            self.lagMilliseconds = lagMilliseconds
        }
    }

    /// The states of a link.
    package enum State: String, Sendable, Hashable, CaseIterable {
        /// Not there yet, or lost and being dialled.
        case connecting = "Connecting"
        /// Taking over what was there before.
        case catchingUp = "CatchingUp"
        /// Nothing is outstanding.
        case live = "Live"
        /// Refused; it will be tried again later.
        case failed = "Failed"
    }

    /// The other side, by key or address.
    package var peer: String
    /// Whether this side dialled.
    package var isDialled: Bool
    /// The link's state.
    package var state: State
    /// Each collection.
    package var collections: [Collection]

    /// Creates a session.
    package init(peer: String, isDialled: Bool, state: State, collections: [Collection]) {
        self.peer = peer
        self.isDialled = isDialled
        self.state = state
        self.collections = collections
    }

    init(_ json: JSONValue) {
        self.init(
            peer: json["peer"]?.string ?? "",
            isDialled: json["dialled"]?.bool ?? false,
            state: json["state"].flatMap(State.init(json:)) ?? .connecting,
            collections: (json["collections"]?.array ?? []).map(Collection.init)
        )
    }

    var json: JSONValue {
        [
            "peer": .string(self.peer),
            "dialled": .bool(self.isDialled),
            "state": .string(self.state.rawValue),
            "collections": .array(self.collections.map(\.json)),
        ]
    }
}

extension ReplicationSession.Collection {
    init(_ json: JSONValue) {
        self.init(
            name: json["name"]?.string ?? "",
            documents: json["documents"]?.integer ?? 0,
            usn: json["usn"]?.integer ?? 0,
            remoteUSN: json["remoteUSN"]?.integer,
            lagChanges: json["lagChanges"]?.integer,
            lagMilliseconds: json["lagMilliseconds"]?.integer
        )
    }

    var json: JSONValue {
        var object: JSONObject = [
            "name": .string(self.name),
            "documents": .integer(self.documents),
            "usn": .integer(self.usn),
        ]
        object["remoteUSN"] = self.remoteUSN.map(JSONValue.integer)
        object["lagChanges"] = self.lagChanges.map(JSONValue.integer)
        object["lagMilliseconds"] = self.lagMilliseconds.map(JSONValue.integer)
        return .object(object)
    }
}
