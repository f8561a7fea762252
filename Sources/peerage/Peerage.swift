import ArgumentParser
import APIServer

@main
struct Peerage: AsyncParsableCommand {
    static let version = ServerVersion(peerage: "0.1.0")
    static let configuration = CommandConfiguration(
        commandName: "peerage",
        abstract: "Keeps replication between Big Peers as declared.",
        version: "0.1.0",
        subcommands: [RunCommand.self]
    )
}
