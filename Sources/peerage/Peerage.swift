import ArgumentParser
import CPlatform
import Console
import KubernetesModel

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The program.
struct Peerage: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peerage",
        abstract: "Replication between Big Peers, declared in YAML and kept true.",
        discussion: """
            Describe Big Peers, apps and replications in YAML files, and Peerage makes the running Big Peers agree \
            with them, keeps them in agreement, and says truthfully how far they are.

            A first round:
              peerage run --manifests fleet      run everything on this machine
              peerage validate -f fleet          check the files, without any server
              peerage diff -f fleet              see what would change, to the last request
              peerage apply -f fleet             make it so
              peerage status                     see how it is and what to do

            In a cluster, `peerage controller` and `peerage host` take the place of `peerage run`: docs/cluster.md.

            All other commands but validate, schema, backup and restore are clients of a Kubernetes API: that of \
            `peerage run`, or a cluster's. They find it as `peerage help get` describes.

            Exit codes: 0 done or yes; 1 the answer is no (invalid, not ready, not found, differences); 2 and above \
            nobody could tell (usage, unreadable, unreachable).
            """,
        version: Version.current,
        groupedSubcommands: [
            CommandGroup(name: "Running", subcommands: [RunCommand.self, ControllerCommand.self, HostCommand.self]),
            CommandGroup(
                name: "Looking",
                subcommands: [
                    Status.self, Get.self, Describe.self, Tree.self, Graph.self, Events.self, Wait.self, Check.self,
                ]
            ),
            CommandGroup(name: "Documents", subcommands: [Query.self, Backup.self, Restore.self]),
            CommandGroup(name: "Changing", subcommands: [Apply.self, Diff.self, Delete.self, Export.self]),
            CommandGroup(name: "One resource", subcommands: [Suspend.self, Resume.self, Reconcile.self, Orphan.self]),
            CommandGroup(name: "Without a server", subcommands: [Validate.self, PrintSchema.self]),
            CommandGroup(name: "About", subcommands: [PrintVersion.self, Completion.self]),
        ]
    )
}

/// Where the process starts.
@main
enum Program {
    /// Leaves the main actor at once: from there every call of an actor would be a switch of threads.
    static func main() async { await Self.run() }

    @concurrent
    private static func run() async {
        Terminal.ignoreBrokenPipes()
        platform_limit_arenas(2)
        do {
            var command = try Peerage.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
            self.leave(0)
        } catch let failure as CommandFailure {
            self.end(failure)
        } catch let status as APIStatus {
            self.end(CommandFailure(status))
        } catch {
            // Wrong usage, requests for help, and exit codes.
            let (text, code) = (Peerage.fullMessage(for: error), Peerage.exitCode(for: error))
            if !text.isEmpty { (code.isSuccess ? Terminal.output : Terminal.messages).writeLine(text) }
            self.leave(code.rawValue)
        }
    }

    private static func end(_ failure: CommandFailure) -> Never {
        if !failure.message.isEmpty { Terminal.messages.writeLine("peerage: \(failure.message)") }
        self.leave(failure.verdict.rawValue)
    }

    /// Ends the process without what libraries have registered for its end: OpenSSL tidies up there while libcurl's
    /// thread may still do the same for itself, and about one of three hundred commands ended with a double `free`.
    private static func leave(_ code: Int32) -> Never {
        fflush(nil)
        _exit(code)
    }
}
