import ArgumentParser
import Console
import KubernetesModel
import ResourceStore

/// Which objects on the server a command is about.
struct Selection: ParsableArguments {
    @Argument(help: "KIND NAME… or KIND/NAME…; with --all or -l, KIND.", completion: .kinds)
    var objects: [String] = []

    @Flag(help: "All objects of the kind; without a KIND, of all our kinds.")
    var all = false

    @Option(name: [.customShort("l"), .long], help: "All objects whose labels match, such as env=prod,tier!=test.")
    var selector: String?

    @OptionGroup var scope: ScopeOptions

    func validate() throws {
        if let selector, selector.allSatisfy(\.isWhitespace) {
            throw ValidationError("-l is empty, which would select everything; say --all if that is meant")
        }
    }

    /// Whether nothing is named at all.
    var isEmpty: Bool { self.objects.isEmpty && !self.all && self.selector == nil }

    /// Finds the objects.
    ///
    /// - Parameters:
    ///   - session: Where they are.
    ///   - isManaged: Whether only kinds of ours are meant.
    /// - Returns: The objects; those that are named need not exist.
    /// - Throws: When nothing is named, nothing is found, or the server cannot be asked.
    func targets(in session: Session, isManaged: Bool = true) async throws -> [WaitTarget] {
        let selector = try self.selector.map { text throws(CommandFailure) in try LabelSelector(argument: text) }
        guard self.all || selector != nil else {
            if self.scope.allNamespaces {
                throw CommandFailure(.couldNotTell, "an object has a name in one namespace only: use -n in place of -A")
            }
            let arguments =
                isManaged ? try ObjectArgument.parseManaged(self.objects) : try ObjectArgument.parseNamed(self.objects)
            return arguments.map { WaitTarget(kind: $0.kind, key: session.key($0.kind, $0.name ?? "")) }
        }
        var targets: [WaitTarget] = []
        for kind in try self.kinds(isManaged: isManaged) {
            let namespace = kind.isNamespaced ? self.scope.namespace(in: session) : nil
            for object in try await session.store.list(kind, namespace: namespace).objects
            where selector?.matches(object.metadata.labels) ?? true {
                targets.append(WaitTarget(kind: kind, key: object.key, uid: object.metadata.uid))
            }
        }
        guard !targets.isEmpty else {
            let place = self.scope.allNamespaces ? "" : " in namespace \(session.namespace)"
            throw CommandFailure(.no, "nothing was found\(place)")
        }
        return targets
    }

    private func kinds(isManaged: Bool) throws(CommandFailure) -> [ResourceKind] {
        guard !self.objects.isEmpty else { return CommandKinds.managed }
        let arguments = try ObjectArgument.parse(self.objects)
        guard arguments.allSatisfy({ $0.name == nil }) else {
            throw CommandFailure(.couldNotTell, "--all and -l take a KIND and no names")
        }
        let kinds = arguments.map(\.kind)
        if isManaged, let other = kinds.first(where: { !CommandKinds.managed.contains($0) }) {
            throw CommandFailure(.couldNotTell, "Peerage does not look after a \(other.kind)")
        }
        return kinds
    }
}
