import ArgumentParser
import Console
import JSON
import KubernetesModel
import Planning
import Resources

/// `peerage diff`.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what applying manifest files would change, to the last request.",
        discussion: """
            First the differences between the server's objects and the files; then the very requests that the \
            controller would send to Big Peers, found with the controller's own code: it reads from the Big Peers \
            and writes nothing. Values of Secrets are not shown. What apply would refuse is said in its words.

            Examples:
              peerage diff -f fleet -R
              peerage diff -f fleet --no-requests      only the server's objects
              peerage diff -f fleet -R --inventory fleet --prune
              peerage diff -f fleet -o json            as manifests/schemas/diff.json says

            Exit codes, as those of kubectl diff: 0 no differences, 1 differences, 2 and above nobody could tell, or \
            apply would refuse it. A Big Peer that cannot be asked is named and makes it 2; what differs elsewhere is \
            shown all the same. With --detailed-exitcode, as those of terraform plan: 0 no differences, 1 error, \
            2 differences.
            """
    )

    /// The forms of output.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// For people.
        case text
        /// For programs.
        case json
    }

    @OptionGroup var files: FileOptions
    @OptionGroup var server: ServerOptions
    @OptionGroup var inventory: InventoryOptions

    @Flag(inversion: .prefixedNo, help: "Show the requests to Big Peers.")
    var requests = true

    @Option(name: .shortAndLong, help: "text or json.")
    var output: Form = .text

    @Flag(name: .customLong("detailed-exitcode"), help: "Exit with 0 for none, 1 for an error, 2 for differences.")
    var hasDetailedExitCode = false

    func run() async throws {
        let verdict: Verdict
        do {
            verdict = try await self.compare()
        } catch let failure as CommandFailure {
            try self.end(failure)
            return
        } catch let status as APIStatus {
            try self.end(CommandFailure(status))
            return
        }
        guard verdict != .done else { return }
        throw self.hasDetailedExitCode ? ExitCode(verdict == .no ? 2 : 1) : ExitCode(verdict.rawValue)
    }

    /// Ends because nothing could be compared: an error in either camp's words, never "differences".
    private func end(_ failure: CommandFailure) throws {
        if !failure.message.isEmpty { Terminal.messages.writeLine("peerage: \(failure.message)") }
        throw ExitCode(self.hasDetailedExitCode ? 1 : Verdict.couldNotTell.rawValue)
    }

    private func compare() async throws -> Verdict {
        let session = try self.server.session()
        let applier = Applier(store: session.store)
        var report = DiffReport()
        var merged: [Object] = []
        let resources = try await self.files.objectsToApply(for: session, namespace: self.server.namespace)
        for resource in resources {
            let proposal = try await applier.proposal(resource.kind, resource.object)
            report.objects.append(ObjectDiff(resource.kind, proposal))
            if proposal.refusal == nil { merged.append(proposal.merged) }
        }
        if self.inventory.prune, let book = try self.inventory.book(session) {
            report.prune = try await Pruner(book, store: session.store, time: session.time).plan(
                try await book.read(),
                declared: Set(resources.map { Inventory.Entry($0.object) }),
                failures: report.refusals.count,
                maximumDeletes: self.inventory.maxDeletes
            )
        }
        if self.requests { report.plans = try await session.plans(for: merged, pruning: report.prune) }
        self.show(report)
        return report.verdict
    }

    private func show(_ report: DiffReport) {
        switch self.output {
        case .json: Terminal.output.write(report.json.indentedText)
        case .text:
            let paint = Terminal.output.paint
            for diff in report.objects { Terminal.output.write(lines: diff.lines(paint)) }
            for doomed in report.prune?.doomed ?? [] {
                Terminal.output.writeLine(
                    paint("prune live/\(doomed.entry.label) (\(doomed.entry.key.namespace))", .bad)
                )
            }
            for plan in report.plans { Terminal.output.write(lines: plan.lines(paint)) }
        }
        for kept in report.prune?.kept ?? [] {
            Terminal.messages.writeLine("not pruned: \(kept.entry.label): \(kept.reason)")
        }
        if let sentence = report.prune?.heldSentence { Terminal.messages.writeLine("peerage: \(sentence.oneLine)") }
        for (kind, key, sentence) in report.refusals {
            Terminal.messages.writeLine("peerage: \(kind.label(of: key.name)): \(sentence.oneLine)")
        }
        Terminal.messages.write(lines: report.obstacles.map { "no requests to show yet for \($0)" })
        for sentence in report.unasked { Terminal.messages.writeLine("peerage: \(sentence)") }
    }
}
