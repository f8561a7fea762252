/// A set of fields of one object, kept as a tree of steps.
///
/// A field and the fields inside it are members each for itself: who owns `spec.colors` need not own
/// `spec.colors[=red]`.
package struct FieldSet: Sendable, Hashable {
    /// One field on the way: a member itself, or the way to members, or both.
    struct Node: Sendable, Hashable {
        let step: FieldStep
        /// Whether the field itself is in the set.
        var isMember: Bool
        /// What of the field's inside is in the set.
        var inside: FieldSet

        init(_ step: FieldStep, isMember: Bool = true, inside: FieldSet = FieldSet()) {
            self.step = step
            self.isMember = isMember
            self.inside = inside
        }

        /// Whether the node says nothing; sets hold no such nodes.
        var isEmpty: Bool { !self.isMember && self.inside.isEmpty }
    }

    /// The nodes in the order of their steps, none of them empty.
    private(set) var nodes: [Node]

    /// Creates a set with no members.
    package init() {
        self.nodes = []
    }

    /// Creates a set of paths.
    package init(_ paths: [[FieldStep]]) {
        self.init()
        for path in paths { self.insert(path[...]) }
    }

    /// Takes nodes that are in order already, leaving out the empty ones.
    init(ordered nodes: [Node]) {
        self.nodes = nodes.contains(where: \.isEmpty) ? nodes.filter { !$0.isEmpty } : nodes
    }

    /// Takes nodes in any order; of two with one step the first wins.
    init(unordered nodes: [Node]) {
        self.init()
        for node in nodes where !node.isEmpty {
            let index = self.insertionIndex(of: node.step)
            if !self.isNode(at: index, at: node.step) { self.nodes.insert(node, at: index) }
        }
    }

    /// Whether the set has no members.
    package var isEmpty: Bool { self.nodes.isEmpty }

    /// What of the inside of a field is in the set.
    subscript(step: FieldStep) -> FieldSet { self.node(at: step)?.inside ?? FieldSet() }

    /// The part of the set that is one field of the outermost object with its inside.
    package func only(_ name: String) -> FieldSet {
        FieldSet(ordered: self.node(at: .name(name)).map { [$0] } ?? [])
    }

    /// Whether a field of the outermost level is a member.
    func hasMember(_ step: FieldStep) -> Bool { self.node(at: step)?.isMember ?? false }

    /// All members: first those of a level, then those inside.
    package var paths: [[FieldStep]] {
        var paths: [[FieldStep]] = []
        self.append(to: &paths, under: [])
        return paths
    }

    private func append(to paths: inout [[FieldStep]], under path: [FieldStep]) {
        for node in self.nodes where node.isMember { paths.append(path + [node.step]) }
        for node in self.nodes where !node.inside.isEmpty { node.inside.append(to: &paths, under: path + [node.step]) }
    }

    private mutating func insert(_ path: ArraySlice<FieldStep>) {
        guard let step = path.first else { return }
        let rest = path.dropFirst()
        let index = self.insertionIndex(of: step)
        if !self.isNode(at: index, at: step) { self.nodes.insert(Node(step, isMember: false), at: index) }
        if rest.isEmpty { self.nodes[index].isMember = true } else { self.nodes[index].inside.insert(rest) }
    }

    private func node(at step: FieldStep) -> Node? {
        let index = self.insertionIndex(of: step)
        return self.isNode(at: index, at: step) ? self.nodes[index] : nil
    }

    private func isNode(at index: Int, at step: FieldStep) -> Bool {
        index < self.nodes.count && self.nodes[index].step == step
    }

    private func insertionIndex(of step: FieldStep) -> Int {
        var low = 0
        var high = self.nodes.count
        while low < high {
            let middle = (low + high) / 2
            if self.nodes[middle].step.order(to: step) == .before { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
