import Clocks
import HTTP
import Synchronization

/// Says in each request who is asking, and finds newer credentials when the old ones end.
///
/// *Guarantees:* a token file is read at least twice a minute, and at once after a refusal; a plug-in runs once
/// however many requests wait for it, again when its credential is about to end, and after a refusal.
final class CredentialSource: Sendable {
    /// A request that says who is asking.
    struct Signed: Sendable {
        let request: HTTPRequest
        /// Which credentials it carries.
        let serial: UInt64
    }

    private struct State {
        var serial: UInt64 = 0
        /// The token last read from the file, and when to read it again.
        var token: (value: BearerToken, readAgain: Duration)?
        /// The plug-in's run, which is over or not.
        var plugin: Task<Result<PluginCredential, KubernetesError>, Never>?
        var pluginExpires: Timestamp?
    }

    private static let fileInterval = Duration.seconds(30)
    /// A credential this close to its end is not used any more.
    private static let margin = Duration.seconds(10)

    private let credentials: Cluster.Credentials
    private let impersonation: Impersonation?
    private let time: any Time
    private let state = Mutex(State())

    init(_ cluster: Cluster, time: any Time = SystemTime()) {
        self.credentials = cluster.credentials
        self.impersonation = cluster.impersonation
        self.time = time
    }

    /// Whether other credentials than those that were refused may be found.
    var canRenew: Bool {
        switch self.credentials {
        case .tokenFile, .plugin: true
        case .none, .token, .basic: false
        }
    }

    /// Forgets the credentials that a server has refused, unless there are newer ones already.
    func renew(after refused: Signed) {
        self.state.withLock { state in
            guard state.serial == refused.serial else { return }
            state.serial += 1
            state.token?.readAgain = .zero
            state.plugin = nil
            state.pluginExpires = nil
        }
    }

    /// Adds who is asking.
    func sign(_ request: HTTPRequest) async throws(KubernetesError) -> Signed {
        var request = request
        for field in self.impersonation?.fields ?? [] { request.headers.add(field.name, field.value) }
        let serial = self.state.withLock(\.serial)
        switch self.credentials {
        case .none: break
        case .token(let token): request.bearerToken = token
        case .basic(let basic): request.headers["Authorization"] = basic.authorization
        case .tokenFile(let path, let fallback):
            request.bearerToken = try self.token(in: path, fallback: fallback)
        case .plugin(let plugin):
            let credential = try await self.credential(of: plugin)
            request.bearerToken = credential.token
            if let certificate = credential.certificatePEM, var tls = request.tls {
                tls.clientCertificatePEM = certificate
                tls.clientKeyPEM = credential.keyPEM
                request.tls = tls
            }
        }
        return Signed(request: request, serial: serial)
    }

    // MARK: - A file

    /// The token in the file; the last good one when the file cannot be read just now.
    private func token(in path: String, fallback: BearerToken?) throws(KubernetesError) -> BearerToken {
        let now = self.time.monotonicNow
        let known = self.state.withLock(\.token)
        if let known, now < known.readAgain { return known.value }
        let token: BearerToken
        do throws(KubeconfigError) {
            guard let bytes = try TextFile.read(path), !bytes.isEmpty else {
                throw KubeconfigError(.unreadable, "\(path): no such file, or empty; it should hold the bearer token")
            }
            token = BearerToken(String(decoding: bytes, as: UTF8.self))
        } catch {
            if let old = known?.value ?? fallback { return old }
            throw .credentials(error.message)
        }
        self.state.withLock { state in
            if let old = state.token?.value, old != token { state.serial += 1 }
            state.token = (token, now + Self.fileInterval)
        }
        return token
    }

    // MARK: - A plug-in

    private func credential(of plugin: CredentialPlugin) async throws(KubernetesError) -> PluginCredential {
        let now = self.time.now()
        let run = self.state.withLock { state in
            if let run = state.plugin, state.pluginExpires.map({ now < $0 - Self.margin }) ?? true { return run }
            let run = Task { await Self.outcome(of: plugin) }
            state.plugin = run
            state.pluginExpires = nil
            return run
        }
        switch await run.value {
        case .success(let credential):
            self.state.withLock { if $0.plugin == run { $0.pluginExpires = credential.expires } }
            return credential
        case .failure(let error):
            // The next request tries again.
            self.state.withLock { if $0.plugin == run { $0.plugin = nil } }
            throw error
        }
    }

    private static func outcome(of plugin: CredentialPlugin) async -> Result<PluginCredential, KubernetesError> {
        do throws(KubernetesError) { return .success(try await plugin.run()) } catch { return .failure(error) }
    }
}
