import BigPeerAPI
import Clocks
import ControllerRuntime
import HTTP
import KubernetesModel
import PeerModel
import Planning
import Resources

/// Speaks to Big Peers: finds address and credentials, and holds every host to its limits.
///
/// *Guarantees:* one call is at most one HTTP request; a host that fails is left alone for a while, and no other host
/// notices.
struct PeerCaller: Sendable {
    let exchange: any HTTPExchange
    let gates: HostGates
    let bigPeer: @Sendable (ObjectKey) -> BigPeer?
    let secret: @Sendable (ObjectKey) -> SecretData?
    /// Why a Secret is not known although it may be there.
    var secretProblem: @Sendable (ObjectKey) -> String? = { _ in nil }
    let tokenFiles: TokenFiles
    /// Whether an embedded peer answers; one of another process is asked to find out.
    let isListening: @Sendable (ObjectKey, Resources.EmbeddedBigPeer) -> Bool
    /// Whether this process is still the one that may change anything.
    var mayAct: @Sendable () -> Bool = { true }
    /// Told of requests that waited or were held back.
    var metrics: HostMetrics?
    let time: any Time

    /// Calls the API of a Big Peer.
    func call(_ request: PeerRequest, of key: ObjectKey) async -> PeerResponse {
        guard let peer = self.bigPeer(key), case .success(let location) = peer.rememberedLocation,
            case .success(let client) = self.client(of: peer, at: location)
        else {
            return .failed(PeerFailure(.unreachable, "BigPeer \"\(key)\" went away in between"))
        }
        if !request.isSighting {
            do throws(HostGateError) {
                let waited = try await self.gates.pass(location.url)
                self.metrics?.waited(location.url, waited)
            } catch {
                self.metrics?.heldBack(location.url, error.reason)
                return .failed(PeerFailure(error, of: location.url))
            }
        }
        // The wait may have been long, and the process may have been frozen: another one may be at work now.
        guard self.mayAct() else {
            return .failed(PeerFailure(.unreachable, "this process does not lead any more; nothing was sent"))
        }
        let response = await client.send(request)
        let outcome = HostOutcome(response)
        if request.isSighting, outcome == .answered { self.gates.reset(location.url) }
        self.gates.record(outcome, of: location.url)
        return response
    }

    /// Why a Big Peer cannot be spoken to although it is declared: a Secret or a file that is not there.
    func obstacle(_ key: ObjectKey) -> Obstacle? {
        guard let peer = self.bigPeer(key), case .success(let location) = peer.rememberedLocation else { return nil }
        if let embedded = peer.spec.embedded, !self.isListening(key, embedded) {
            // The address in the status is that of an earlier process.
            return Obstacle(.bigPeerNotReady, "the embedded peer \"\(key)\" is starting")
        }
        guard case .failure(let obstacle) = self.client(of: peer, at: location) else { return nil }
        return obstacle
    }

    private func client(of peer: BigPeer, at location: BigPeer.Location) -> Result<BigPeerClient, Obstacle> {
        self.token(of: peer).flatMap { token in
            self.tls(of: peer).map { tls in
                BigPeerClient(
                    baseURL: location.url,
                    token: token,
                    timeout: location.timeout,
                    tls: tls,
                    exchange: self.exchange,
                    unixSeconds: { [time] in Int(time.now().seconds) }
                )
            }
        }
    }

    func token(of peer: BigPeer) -> Result<BearerToken?, Obstacle> {
        switch peer.spec.form {
        case .embedded(let embedded):
            guard let reference = embedded.tokenSecret else { return .success(nil) }
            return self.value(reference, beside: peer).map { .some(BearerToken(String(decoding: $0, as: UTF8.self))) }
        case .endpoint(let endpoint):
            switch endpoint.token {
            case nil: return .success(nil)
            case .secret(let reference):
                return self.value(reference, beside: peer).map {
                    .some(BearerToken(String(decoding: $0, as: UTF8.self)))
                }
            case .file(let path): return self.tokenFiles.token(at: path).map { .some(BearerToken($0)) }
            }
        }
    }

    func tls(of peer: BigPeer) -> Result<HTTP.TLSOptions?, Obstacle> {
        guard let options = peer.spec.endpoint?.tls else { return .success(nil) }
        var tls = HTTP.TLSOptions.system
        tls.insecureSkipVerify = options.skipsVerification
        if let reference = options.authority {
            switch self.value(reference, beside: peer) {
            case .success(let bytes): tls.caPEM = bytes
            case .failure(let obstacle): return .failure(obstacle)
            }
        }
        if let name = options.clientSecretName {
            for (key, field) in [
                ("tls.crt", \HTTP.TLSOptions.clientCertificatePEM), ("tls.key", \HTTP.TLSOptions.clientKeyPEM),
            ] {
                switch self.value(SecretKeyRef(name: name, key: key), beside: peer) {
                case .success(let bytes): tls[keyPath: field] = bytes
                case .failure(let obstacle): return .failure(obstacle)
                }
            }
        }
        return .success(tls == .system ? nil : tls)
    }

    private func value(_ reference: SecretKeyRef, beside peer: BigPeer) -> Result<[UInt8], Obstacle> {
        let key = ObjectKey(namespace: peer.metadata.namespace, name: reference.name)
        guard let secret = self.secret(key) else {
            if let problem = self.secretProblem(key) {
                return .failure(Obstacle(.secretUnreadable, "Secret \"\(key)\": \(problem)"))
            }
            return .failure(
                Obstacle(.secretNotFound, "there is no Secret \"\(key)\", which BigPeer \"\(peer.key)\" names")
            )
        }
        guard let value = secret.bytes(reference.key) else {
            return .failure(Obstacle(.secretInvalid, "Secret \"\(key)\" has no value under \"\(reference.key)\""))
        }
        return .success(value)
    }
}

extension PeerFailure {
    /// A request that was held back, in words that stay the same from try to try.
    fileprivate init(_ error: HostGateError, of host: String) {
        switch error.reason {
        case .circuitOpen:
            self.init(
                .circuitOpen,
                "\(host) failed several times in a row; it is asked again from time to time",
                retryAfter: error.delay
            )
        case .retryAfter:
            self.init(.rateLimited, "\(host) asked to be left alone for a while", retryAfter: error.delay)
        case .rateLimited, .cancelled:
            self.init(
                .rateLimited,
                "many requests wait for \(host); see spec.endpoint.rateLimit",
                retryAfter: error.delay
            )
        }
    }
}

extension HostOutcome {
    /// What a response says about the health of its host.
    fileprivate init(_ response: PeerResponse) {
        guard case .failed(let failure) = response else {
            self = .answered
            return
        }
        switch failure.cause {
        case .rateLimited: self = .throttled(retryAfter: failure.retryAfter)
        case .unauthorized, .forbidden, .invalidResponse: self = .answered
        case .circuitOpen: self = .abandoned
        case .unreachable, .timedOut, .tls, .serverError: self = .failed(retryAfter: failure.retryAfter)
        }
    }
}

extension PeerRequest {
    /// Whether this is the one request now and then that sees whether a Big Peer answers; it passes every gate, or
    /// nobody would notice that a host is back.
    fileprivate var isSighting: Bool {
        if case .listApps = self { true } else { false }
    }
}
