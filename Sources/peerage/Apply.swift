import ArgumentParser
import Console
import KubernetesModel
import Resources

/// `peerage apply`.
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make the server's objects what manifest files say.",
        discussion: """
            All files are checked first; if anything is wrong with any of them, nothing is applied. Fields that a \
            manifest never named stay as they are; fields that it no longer names are removed. `kubectl apply` and \
            this command may take turns on one object.

            Examples:
              peerage apply -f fleet -R
              peerage apply -f berlin.yaml --dry-run
              kustomize build . | peerage apply -f -

            Then: peerage wait --for=condition=Ready -f fleet -R
            """
    )

    @OptionGroup var files: FileOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var dryRun: DryRunOptions

    func run() async throws {
        let session = try self.server.session()
        let applier = Applier(store: session.store)
        let suffix = self.dryRun.isOn ? " (dry run)" : ""
        var verdict = Verdict.done
        for resource in try self.files.objects(for: session, namespace: self.server.namespace) {
            let label = resource.kind.label(of: resource.object.metadata.name)
            do throws(APIStatus) {
                let verb: Applier.Verb
                let object: Object
                if self.dryRun.isOn {
                    let proposal = try await applier.proposal(resource.kind, resource.object)
                    (verb, object) = (proposal.verb, proposal.merged)
                } else {
                    (verb, object) = try await applier.apply(resource.kind, resource.object)
                }
                Terminal.output.writeLine("\(label) \(verb.rawValue)\(suffix)")
                if object.metadata.isBeingDeleted {
                    Terminal.messages.writeLine("warning: \(label) is being deleted; apply again when it is gone")
                }
            } catch {
                // Without a server, the others would fail in the same way.
                guard Verdict(of: error) == .no else { throw error }
                Terminal.messages.writeLine("peerage: \(label): \(error.sentence)")
                verdict = .no
            }
        }
        if verdict != .done { throw CommandFailure.silent(verdict) }
    }
}

/// Whether anything is really written.
struct DryRunOptions: ParsableArguments {
    /// The sorts of rehearsal.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// Everything is written.
        case none
        /// The server is read, and nothing is sent to it.
        case client
    }

    @Option(
        name: .customLong("dry-run"),
        defaultAsFlag: .client,
        parsing: .next,
        help: "client: say what would be done, and do nothing."
    )
    var form: Form?

    /// Whether nothing is written.
    var isOn: Bool { self.form == .client }
}
