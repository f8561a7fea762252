import KubernetesModel

/// One object or all objects of a kind, as named on the command line.
package struct ObjectArgument: Sendable, Hashable {
    /// The kind.
    package let kind: ResourceKind
    /// The name; `nil` means all.
    package let name: String?

    /// Creates an argument.
    package init(kind: ResourceKind, name: String?) {
        self.kind = kind
        self.name = name
    }

    /// Reads `KIND`, `KIND NAME…` or `KIND/NAME…`.
    ///
    /// - Parameter words: The words as given.
    /// - Returns: What they name, in their order.
    /// - Throws: What is wrong with them, and what is expected.
    package static func parse(_ words: [String]) throws(CommandFailure) -> [ObjectArgument] {
        guard let first = words.first else {
            throw CommandFailure(.couldNotTell, "no object is named: give KIND NAME or KIND/NAME")
        }
        if words.contains(where: { $0.contains("/") }) {
            var arguments: [ObjectArgument] = []
            for word in words { arguments.append(try self.parsePair(word)) }
            return arguments
        }
        let kinds = try CommandKinds.kinds(named: first)
        let names = words.dropFirst()
        guard !names.isEmpty else { return kinds.map { ObjectArgument(kind: $0, name: nil) } }
        guard kinds.count == 1 else {
            throw CommandFailure(.couldNotTell, "names cannot be given for several kinds at once: use KIND/NAME")
        }
        return names.map { ObjectArgument(kind: kinds[0], name: $0) }
    }

    /// Reads words that must name single objects.
    package static func parseNamed(_ words: [String]) throws(CommandFailure) -> [ObjectArgument] {
        let arguments = try self.parse(words)
        if let bare = arguments.first(where: { $0.name == nil }) {
            throw CommandFailure(.couldNotTell, "no name is given: which \(bare.kind.singular)? Give KIND NAME")
        }
        return arguments
    }

    private static func parsePair(_ word: String) throws(CommandFailure) -> ObjectArgument {
        let parts = word.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw CommandFailure(
                .couldNotTell,
                "\"\(word.oneLine)\" is not of the form KIND/NAME, such as bigpeer/berlin; "
                    + "do not mix it with the form KIND NAME"
            )
        }
        return ObjectArgument(kind: try CommandKinds.kind(named: String(parts[0])), name: String(parts[1]))
    }
}

extension ObjectArgument {
    /// Reads words that must name single objects of kinds that a controller of ours looks after.
    package static func parseManaged(_ words: [String]) throws(CommandFailure) -> [ObjectArgument] {
        let arguments = try self.parseNamed(words)
        if let other = arguments.first(where: { !CommandKinds.managed.contains($0.kind) }) {
            let kinds = CommandKinds.managed.map(\.singular).joined(separator: ", ")
            throw CommandFailure(
                .couldNotTell,
                "Peerage does not look after a \(other.kind.kind): give one of \(kinds)"
            )
        }
        return arguments
    }
}
