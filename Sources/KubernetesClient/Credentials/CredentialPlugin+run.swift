import Subprocess
import SystemPackage

extension CredentialPlugin {
    /// Runs the program and reads what it prints.
    ///
    /// - Returns: The credential.
    /// - Throws: `credentials`, with what the program printed to standard error.
    func run() async throws(KubernetesError) -> PluginCredential {
        var environment: [Environment.Key: String] = ["KUBERNETES_EXEC_INFO": self.info]
        for (name, value) in self.environment { environment[Environment.Key(stringLiteral: name)] = value }
        let executable: Executable =
            self.command.contains("/") ? .path(FilePath(self.command)) : .name(self.command)
        let ended: Ended
        do {
            ended = try await self.limited { [arguments, environment] in
                let result = try await Subprocess.run(
                    executable,
                    arguments: Arguments(arguments),
                    environment: .inherit.updating(environment.mapValues { Optional($0) }),
                    output: .bytes(limit: 1 << 20),
                    error: .string(limit: 64 << 10)
                )
                return Ended(
                    status: result.terminationStatus,
                    output: result.standardOutput,
                    complaint: result.standardError
                )
            }
        } catch let error as SubprocessError where error.code == .executableNotFound {
            let hint = self.installHint.isEmpty ? "install it, or correct the kubeconfig" : self.installHint
            throw .credentials("\(self.subject) was not found: \(hint)")
        } catch let error as SubprocessError {
            throw .credentials("\(self.subject) could not be run: \(error)")
        } catch {
            throw .credentials("\(self.subject) did not end within \(self.patience)")
        }
        guard ended.status.isSuccess else {
            throw .credentials("\(self.subject) failed (\(ended.end))\(ended.words)")
        }
        do throws(PluginCredential.Malformed) {
            return try PluginCredential(ended.output, apiVersion: self.apiVersion)
        } catch {
            throw .credentials("\(self.subject) \(error.message)\(ended.words)")
        }
    }

    /// What a sentence about the program begins with.
    private var subject: String { "the kubeconfig's credential plug-in \(self.command)" }

    private struct Ended: Sendable {
        let status: TerminationStatus
        let output: [UInt8]
        let complaint: String

        /// How the program ended.
        var end: String {
            switch self.status {
            case .exited(let code): "exit code \(code)"
            case .signaled(let signal): "signal \(signal)"
            }
        }

        /// What the program said to a person, for the end of a sentence.
        var words: String {
            let lines = self.complaint.split(whereSeparator: \.isNewline).suffix(20).joined(separator: "\n")
            return lines.isEmpty ? ", and said nothing" : "; it said: \(lines)"
        }
    }

    /// Ends the program when it takes too long, and does not wait for that: what the program has started may hold its
    /// output open for ever.
    private func limited(_ body: @escaping @Sendable () async throws -> Ended) async throws -> Ended {
        let (results, result) = AsyncStream.makeStream(of: Result<Ended, any Error>.self)
        let running = Task {
            do { result.yield(.success(try await body())) } catch { result.yield(.failure(error)) }
        }
        let timer = Task {
            try await ContinuousClock().sleep(for: self.patience)
            result.yield(.failure(CancellationError()))
        }
        defer {
            running.cancel()
            timer.cancel()
        }
        for await result in results { return try result.get() }
        throw CancellationError()
    }
}
