import ArgumentParser
import Console

/// `peerage completion`.
struct Completion: ParsableCommand {
    /// The shells that there are scripts for.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        /// GNU bash.
        case bash
        /// Z shell.
        case zsh
        /// fish.
        case fish
    }

    static let configuration = CommandConfiguration(
        abstract: "Print the script that lets a shell complete our commands.",
        discussion: """
            Examples:
              peerage completion bash > ~/.local/share/bash-completion/completions/peerage
              peerage completion zsh > "${fpath[1]}/_peerage"
              peerage completion fish > ~/.config/fish/completions/peerage.fish
            """
    )

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() {
        let shell: CompletionShell =
            switch self.shell {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        Terminal.output.writeLine(Peerage.completionScript(for: shell))
    }
}
