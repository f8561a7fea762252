/// The members of a JSON object, kept sorted by key so that equality, hashing and output never depend on order.
///
/// Lookup is a binary search; building from sorted members is linear. Kubernetes prints objects in the same order.
public struct JSONObject: Sendable, Hashable {
    /// One key with its value.
    public struct Member: Sendable, Hashable {
        /// The member's name.
        public let key: String
        /// The member's value.
        public var value: JSONValue

        /// Creates a member.
        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }

        /// Whether two members have the same key, byte by byte, and equal values.
        public static func == (first: Member, second: Member) -> Bool {
            first.key.hasSameBytes(as: second.key) && first.value == second.value
        }
    }

    /// The members in ascending order of their keys.
    public private(set) var members: [Member]

    /// Creates an object with no members.
    public init() {
        self.members = []
    }

    /// Creates an object from members in any order; of two with one key the later wins.
    public init(_ members: [Member]) {
        self.members = members
        guard !Self.isStrictlyAscending(members) else { return }
        self.members.removeAll(keepingCapacity: true)
        // A stable sort leaves the later of two equal keys behind the earlier one.
        for member in members.sorted(by: { $0.key.precedesByBytes($1.key) }) {
            if let last = self.members.last, last.key.hasSameBytes(as: member.key) {
                self.members[self.members.count - 1] = member
            } else {
                self.members.append(member)
            }
        }
    }

    /// Whether the object has no members.
    public var isEmpty: Bool { self.members.isEmpty }

    /// How many members the object has.
    public var count: Int { self.members.count }

    /// The keys in ascending order.
    public var keys: some Sequence<String> { self.members.lazy.map(\.key) }

    /// The value of a key; setting `nil` removes the member.
    public subscript(key: String) -> JSONValue? {
        get {
            let index = self.insertionIndex(of: key)
            return self.isMember(at: index, named: key) ? self.members[index].value : nil
        }
        set {
            let index = self.insertionIndex(of: key)
            let exists = self.isMember(at: index, named: key)
            switch (newValue, exists) {
            case (let value?, true): self.members[index].value = value
            case (let value?, false): self.members.insert(Member(key: key, value: value), at: index)
            case (nil, true): self.members.remove(at: index)
            case (nil, false): break
            }
        }
    }

    private func isMember(at index: Int, named key: String) -> Bool {
        index < self.members.count && self.members[index].key.hasSameBytes(as: key)
    }

    private func insertionIndex(of key: String) -> Int {
        var low = 0
        var high = self.members.count
        while low < high {
            let middle = (low + high) / 2
            if self.members[middle].key.precedesByBytes(key) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func isStrictlyAscending(_ members: [Member]) -> Bool {
        var index = 1
        while index < members.count {
            guard members[index - 1].key.precedesByBytes(members[index].key) else { return false }
            index += 1
        }
        return true
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Creates an object from a literal; of two members with one key the later wins.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init(elements.map { Member(key: $0.0, value: $0.1) })
    }
}
