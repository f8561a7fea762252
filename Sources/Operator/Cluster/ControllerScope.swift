import Resources

/// The namespaces that a controller looks after, as its Lease tells: `*`, or `fleet,shop`.
package struct ControllerScope: Sendable, Hashable {
    private static let everything = "*"

    /// Empty is everywhere.
    let namespaces: Set<String>

    /// Creates a scope; no namespaces are all.
    package init(_ namespaces: some Sequence<String>) {
        self.namespaces = Set(namespaces)
    }

    /// Reads what a Lease says; what makes no sense may be everywhere.
    init(annotation: String) {
        let names = annotation.split(separator: ",").map(String.init)
        self.init(names.contains(Self.everything) ? [] : names)
    }

    /// What the Lease says.
    package var annotations: [String: String] {
        let names = self.namespaces.isEmpty ? Self.everything : self.namespaces.sorted().joined(separator: ",")
        return [PeerageAPI.scopeAnnotation: names]
    }

    /// Whether some resources are in both.
    func overlaps(_ other: ControllerScope) -> Bool {
        self.namespaces.isEmpty || other.namespaces.isEmpty || !self.namespaces.isDisjoint(with: other.namespaces)
    }
}
