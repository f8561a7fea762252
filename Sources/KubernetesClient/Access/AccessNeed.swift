import KubernetesModel

/// One thing that a controller must be allowed to do.
package struct AccessNeed: Sendable, Hashable {
    /// What to do, as in `list`.
    package let verb: String
    /// The API group; empty for the core group.
    package let group: String
    /// The plural, with a subresource behind a slash: `bigpeers/status`.
    package let resource: String
    /// Where; `nil` is every namespace.
    package let namespace: String?
    /// The only object; `nil` is any.
    package let name: String?

    /// Creates a need.
    package init(_ verb: String, group: String, resource: String, namespace: String?, name: String? = nil) {
        self.verb = verb
        self.group = group
        self.resource = resource
        self.namespace = namespace
        self.name = name
    }

    /// Creates the needs for several verbs on one kind.
    ///
    /// - Parameters:
    ///   - verbs: What to do.
    ///   - kind: With objects of which kind.
    ///   - subresource: Such as `status`.
    ///   - namespace: Where; `nil` is every namespace.
    ///   - name: The only object; `nil` is any. No server can check the name of an object that is to be created.
    /// - Returns: One need for each verb.
    package static func all(
        _ verbs: [String],
        _ kind: ResourceKind,
        subresource: String? = nil,
        namespace: String?,
        name: String? = nil
    ) -> [AccessNeed] {
        let resource = subresource.map { "\(kind.plural)/\($0)" } ?? kind.plural
        return verbs.map {
            AccessNeed(
                $0,
                group: kind.group,
                resource: resource,
                namespace: namespace,
                name: $0 == "create" ? nil : name
            )
        }
    }
}

extension AccessNeed: CustomStringConvertible {
    /// `list bigpeers.peerage.dev in every namespace`.
    package var description: String { "\(self.verb) \(self.object)" }

    /// With what, and where: `bigpeers.peerage.dev in every namespace`.
    var object: String {
        let parts = self.resource.split(separator: "/", maxSplits: 1)
        let plural = parts.first.map(String.init) ?? self.resource
        let qualified = self.group.isEmpty ? plural : "\(plural).\(self.group)"
        let subresource = parts.count > 1 ? "/\(parts[1])" : ""
        let object = self.name.map { " \"\($0)\"" } ?? ""
        return "\(qualified)\(subresource)\(object) in "
            + (self.namespace.map { "namespace \($0)" } ?? "every namespace")
    }
}
