extension ReplicationTopologySpec {
    /// Why nothing can be made of the spec; `nil` when something can.
    ///
    /// `peerage validate` and the standalone API refuse such a spec and tell more; a cluster's API server checks only
    /// what its own rules can say, and a spec that links nobody by mistake must not take every link away.
    package var problem: String? {
        let names = self.members.map(\.name)
        if names.count < 2 { return "spec.members has fewer than two members" }
        if let twice = names.enumerated().first(where: { names[..<$0.offset].contains($0.element) }) {
            return "spec.members has two members \"\(twice.element)\"; give one of them another name"
        }
        switch self.shape {
        case .mesh, .ring, .chain: return nil
        case .star:
            guard let hub = self.hub else { return "spec.hub is missing: the member that all others dial" }
            return names.contains(hub) ? nil : "spec.hub is \"\(hub)\", which is no member"
        case .pairs:
            if self.pairs.isEmpty { return "spec.pairs is missing" }
            let stranger = self.pairs.flatMap { [$0.from, $0.to] }.first { !names.contains($0) }
            return stranger.map { "spec.pairs names \"\($0)\", which is no member" }
        }
    }
}
