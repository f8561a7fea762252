import KubernetesModel

extension TopologyChecks {
    /// Warns of members that pass on less of a collection than a neighbour asks for.
    ///
    /// A member can give away only what it has received. One that asks for nothing of a collection is no relay but the
    /// place where the documents are made; one that asks for some of it keeps the rest from those behind it. Queries are
    /// compared as they are written, so that `true` or the same query is what lets everything through.
    func relaysThatHoldBack(_ entry: ManifestIndex.Entry<ReplicationTopology>) -> [Diagnostic] {
        let spec = entry.value.spec
        let links = spec.links
        let members = Dictionary(spec.members.map { ($0.name, $0) }) { first, _ in first }
        return spec.members.enumerated().compactMap { position, relay in
            let neighbours = links.filter { $0.members.contains(relay.name) }
                .compactMap { $0.members.subtracting([relay.name]).first }.sorted()
            for (collection, own) in relay.queriesByCollection.sorted(by: { $0.key < $1.key })
            where !own.contains("true") {
                let behind = neighbours.first { name in
                    // Somebody else whom only the relay links with it.
                    let hasOthers = neighbours.contains { other in
                        other != name && !links.contains { $0.members == [name, other] }
                    }
                    let wanted = members[name]?.queriesByCollection[collection] ?? []
                    return hasOthers && !Set(wanted).isSubset(of: own)
                }
                guard let behind else { continue }
                return entry.manifest.diagnostic(
                    .manifest(.relayHoldsBack),
                    .warning,
                    at: TopologyRules.member(position),
                    "asks for less of \"\(collection)\" than \"\(behind)\", which receives what others have only through "
                        + "it; let \"\(relay.name)\" ask for the same, or for true"
                )
            }
            return nil
        }
    }
}
