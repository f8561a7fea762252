/// Two members that a shape links, and which of them dials.
package struct TopologyLink: Sendable, Hashable {
    /// The member that dials.
    package let dialler: String
    /// The member that is dialled.
    package let listener: String

    /// Creates a link.
    package init(dialler: String, listener: String) {
        self.dialler = dialler
        self.listener = listener
    }

    /// A link whose dialler follows from the two names alone: the one that comes first in the alphabet.
    ///
    /// So the order of members, and most changes of shape, leave it alone.
    init(between first: String, and second: String) {
        self.init(dialler: min(first, second), listener: max(first, second))
    }

    /// The two members, whoever dials.
    package var members: Set<String> { [self.dialler, self.listener] }
}

extension ReplicationTopologySpec {
    /// The pairs of members that the shape links.
    ///
    /// | shape | pairs of n members | who dials |
    /// |---|---|---|
    /// | mesh | n(n-1)/2 | the first in the alphabet |
    /// | star | n-1 | every other member dials the hub |
    /// | ring | n; 1 of two members | the first in the alphabet |
    /// | chain | n-1 | the first in the alphabet |
    /// | pairs | those listed | `from` |
    ///
    /// *Guarantees:* no two members are linked twice, none with itself, and none that is not a member.
    package var links: [TopologyLink] {
        let names = self.members.map(\.name)
        switch self.shape {
        case .mesh:
            return names.indices.flatMap { index in
                names[(index + 1)...].map { TopologyLink(between: names[index], and: $0) }
            }.distinct(among: names)
        case .star:
            guard let hub = self.hub else { return [] }
            return names.map { TopologyLink(dialler: $0, listener: hub) }.distinct(among: names)
        case .chain:
            return zip(names, names.dropFirst()).map { TopologyLink(between: $0, and: $1) }.distinct(among: names)
        case .ring:
            return zip(names, names.dropFirst() + names.prefix(1)).map { TopologyLink(between: $0, and: $1) }
                .distinct(among: names)
        case .pairs:
            return self.pairs.map { TopologyLink(dialler: $0.from, listener: $0.to) }.distinct(among: names)
        }
    }
}

extension [TopologyLink] {
    /// What is left when each pair counts once, and only pairs of two different members.
    fileprivate func distinct(among names: [String]) -> [TopologyLink] {
        let names = Set(names)
        var seen: Set<Set<String>> = []
        return self.filter { link in
            link.dialler != link.listener && link.members.isSubset(of: names) && seen.insert(link.members).inserted
        }
    }
}
