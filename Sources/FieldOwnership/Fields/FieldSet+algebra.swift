extension FieldSet {
    /// The members of either set.
    package func union(_ other: FieldSet) -> FieldSet {
        if self.isEmpty { return other }
        if other.isEmpty { return self }
        return self.zipped(with: other) { own, others in
            guard let own, let others else { return own ?? others }
            return Node(own.step, isMember: own.isMember || others.isMember, inside: own.inside.union(others.inside))
        }
    }

    /// The members of both sets.
    package func intersection(_ other: FieldSet) -> FieldSet {
        if self.isEmpty || other.isEmpty { return FieldSet() }
        return self.zipped(with: other) { own, others in
            guard let own, let others else { return nil }
            let inside = own.inside.intersection(others.inside)
            return Node(own.step, isMember: own.isMember && others.isMember, inside: inside)
        }
    }

    /// The members that another set does not have.
    ///
    /// A field that goes does not take its inside along.
    package func subtracting(_ other: FieldSet) -> FieldSet {
        if self.isEmpty || other.isEmpty { return self }
        return self.zipped(with: other) { own, others in
            guard let own, let others else { return own }
            let inside = own.inside.subtracting(others.inside)
            return Node(own.step, isMember: own.isMember && !others.isMember, inside: inside)
        }
    }

    /// Walks two sets side by side, in the order of their steps.
    private func zipped(with other: FieldSet, _ decide: (Node?, Node?) -> Node?) -> FieldSet {
        var result: [Node] = []
        result.reserveCapacity(max(self.nodes.count, other.nodes.count))
        var (index, otherIndex) = (0, 0)
        while index < self.nodes.count || otherIndex < other.nodes.count {
            let own = index < self.nodes.count ? self.nodes[index] : nil
            let others = otherIndex < other.nodes.count ? other.nodes[otherIndex] : nil
            let order: FieldStep.Order
            if let own, let others {
                order = own.step.order(to: others.step)
            } else {
                order = own == nil ? .after : .before
            }
            let node: Node?
            switch order {
            case .before: node = decide(own, nil)
            case .same: node = decide(own, others)
            case .after: node = decide(nil, others)
            }
            if let node { result.append(node) }
            if order != .after { index += 1 }
            if order != .before { otherIndex += 1 }
        }
        return FieldSet(ordered: result)
    }
}
