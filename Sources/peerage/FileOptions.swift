import ArgumentParser
import Console
import KubernetesModel
import ResourceStore
import Resources

/// Which manifest files to read.
struct FileOptions: ParsableArguments {
    @Option(
        name: [.customShort("f"), .customLong("filename")],
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Files, folders, or - for the standard input.",
            discussion: "Of a folder, *.yaml, *.yml and *.json are read; those below it with -R.",
            valueName: "path"
        ),
        completion: .file(extensions: ["yaml", "yml", "json"])
    )
    var paths: [String] = []

    @Flag(name: [.customShort("R"), .long], help: "Read the folders below the given ones as well.")
    var recursive = false

    /// Reads all files, sound or not.
    func read() throws(CommandFailure) -> ManifestFiles {
        guard !self.paths.isEmpty else {
            throw CommandFailure(.couldNotTell, "no file is named: give -f PATH (- reads the standard input)")
        }
        return ManifestFiles(at: self.paths, isRecursive: self.recursive)
    }

    /// Reads files that must be sound, for a command that acts on what they name.
    ///
    /// - Parameters:
    ///   - session: Whose namespace objects get that name none.
    ///   - namespace: The namespace that the user named, which no object may contradict.
    /// - Returns: The objects, each after those it needs.
    /// - Throws: When anything is wrong with any of them; everything that is wrong has been told then.
    func objects(for session: Session, namespace: String?) throws(CommandFailure) -> [ValidatedResource] {
        let files = try self.read()
        let set = ManifestSet(files.files, defaultNamespace: session.namespace)
        return try Self.sound(set, files, namespace: namespace, warnings: [])
    }

    /// Reads files that must be sound, for a command that writes what they say; warns as `validate` does, but for what
    /// the files do not hold and the server does.
    ///
    /// - Parameters:
    ///   - session: Whose namespace objects get that name none, and whose server may hold what the files name.
    ///   - namespace: The namespace that the user named, which no object may contradict.
    /// - Returns: The objects, each after those it needs.
    /// - Throws: When anything is wrong with any of them; everything that is wrong has been told then.
    func objectsToApply(for session: Session, namespace: String?) async throws -> [ValidatedResource] {
        let files = try self.read()
        var set = ManifestSet(files.files, defaultNamespace: session.namespace)
        if !set.hasErrors { set = try await Self.completed(set, of: files, with: session) }
        let warnings = set.diagnostics.filter { $0.severity == .warning }
        return try Self.sound(set, files, namespace: namespace, warnings: warnings)
    }

    /// The set in the light of what the server holds, as far as the files name what they do not hold; the same set when
    /// the server does not tell.
    func completed(_ set: ManifestSet, of files: ManifestFiles, with session: Session) async -> ManifestSet {
        (try? await Self.completed(set, of: files, with: session)) ?? set
    }

    private static func completed(
        _ set: ManifestSet,
        of files: ManifestFiles,
        with session: Session
    ) async throws -> ManifestSet {
        guard set.diagnostics.contains(where: { $0.rule == .manifest(.referenceNotFound) }) else { return set }
        var elsewhere: [Object] = []
        let namespaces = Set(set.resources.map(\.object.metadata.namespace) + [session.namespace])
        for kind in CommandKinds.managed {
            elsewhere += try await session.store.listWhereAllowed(kind, namespaces: namespaces)
        }
        return ManifestSet(files.files, defaultNamespace: session.namespace, elsewhere: elsewhere)
    }

    private static func sound(
        _ set: ManifestSet,
        _ files: ManifestFiles,
        namespace: String?,
        warnings: [Diagnostic]
    ) throws(CommandFailure) -> [ValidatedResource] {
        let errors = (files.diagnostics + set.diagnostics).filter { $0.severity == .error }
        Terminal.messages.write(DiagnosticFormat.text.text(of: errors + warnings, version: Version.current))
        guard files.diagnostics.isEmpty else { throw CommandFailure(.couldNotTell, "nothing was done") }
        guard !set.hasErrors else {
            throw CommandFailure(.no, "nothing was done: \(Tally(set, files).errors.of("error")) to correct first")
        }
        if let namespace, let stranger = set.resources.first(where: { $0.isOutside(namespace) }) {
            throw CommandFailure(
                .no,
                "nothing was done: \(stranger.object.kind) \(stranger.object.key) is in another namespace than the "
                    + "\(namespace) of -n"
            )
        }
        return Applier.inOrder(set.resources)
    }
}

extension ValidatedResource {
    fileprivate func isOutside(_ namespace: String) -> Bool {
        self.kind.isNamespaced && self.object.metadata.namespace != namespace
    }
}
