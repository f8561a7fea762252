import ArgumentParser
import Console
import KubernetesModel
import Resources

/// `peerage diff`.
struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what applying manifest files would change, to the last request.",
        discussion: """
            First the differences between the server's objects and the files; then the very requests that the \
            controller would send to Big Peers, found with the controller's own code: it reads from the Big Peers \
            and writes nothing. Values of Secrets are not shown.

            Examples:
              peerage diff -f fleet -R
              peerage diff -f fleet --no-requests      only the server's objects

            Exit codes: 0 no differences, 1 differences, 2 nobody could tell.
            """
    )

    @OptionGroup var files: FileOptions
    @OptionGroup var server: ServerOptions

    @Flag(inversion: .prefixedNo, help: "Show the requests to Big Peers.")
    var requests = true

    func run() async throws {
        let session = try self.server.session()
        let applier = Applier(store: session.store)
        let paint = Terminal.output.paint
        var merged: [Object] = []
        var verdict = Verdict.done
        for resource in try self.files.objects(for: session, namespace: self.server.namespace) {
            let proposal = try await applier.proposal(resource.kind, resource.object)
            let diff = ObjectDiff(resource.kind, proposal)
            Terminal.output.write(lines: diff.lines(paint))
            if !diff.isEmpty { verdict = .no }
            merged.append(proposal.merged)
        }
        guard self.requests else { throw CommandFailure.silent(verdict) }
        var obstacles: [String] = []
        for plan in try await session.plans(for: merged) {
            Terminal.output.write(lines: plan.lines(paint))
            if plan.hasSteps { verdict = .no }
            obstacles += plan.obstacle.map { [$0] } ?? []
        }
        Terminal.messages.write(lines: obstacles.map { "no requests to show yet for \($0)" })
        // Differences are an answer; without any, an obstacle means that nobody can tell.
        if verdict == .done, !obstacles.isEmpty { verdict = .couldNotTell }
        if verdict != .done { throw CommandFailure.silent(verdict) }
    }
}
