import ArgumentParser

/// Whether anything is really written.
struct DryRunOptions: ParsableArguments {
    /// The sorts of rehearsal.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// Everything is written.
        case none
        /// The server is read, and nothing is sent to it.
        case client
        /// Everything is sent to the server, which checks it and writes nothing.
        case server
    }

    @Option(
        name: .customLong("dry-run"),
        defaultAsFlag: .client,
        parsing: .next,
        help: ArgumentHelp(
            "Say what would be done, and do nothing.",
            discussion: "client: found out by reading; server: checked by the server, with its own rules.",
            valueName: "none|client|server"
        )
    )
    var choice: Form?

    /// Which sort of rehearsal it is.
    var form: Form { self.choice ?? .none }
}
