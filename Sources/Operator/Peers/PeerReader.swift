import BigPeerAPI
import Clocks
import ControllerRuntime
import HTTP
import KubernetesModel
import PeerModel
import Planning
import Resources

/// Asks Big Peers what they hold, with the controller's own code and credentials, and changes nothing.
package struct PeerReader: Sendable {
    private let caller: PeerCaller
    private let bigPeers: [ObjectKey: BigPeer]

    /// Creates a reader.
    ///
    /// - Parameters:
    ///   - objects: The BigPeers that may be asked, and the Secrets that they name; others are passed over.
    ///   - tokenFiles: Which token files may be read; no BigPeer of somebody else's may name a file of the caller's.
    ///   - exchange: What carries requests.
    ///   - time: The clock.
    package init(
        _ objects: [Object],
        tokenFiles: TokenFileAccess,
        exchange: any HTTPExchange,
        time: any Time
    ) {
        var bigPeers: [ObjectKey: BigPeer] = [:]
        var secrets: [ObjectKey: SecretData] = [:]
        for object in objects {
            if object.kind == ResourceKind.bigPeer.kind { bigPeers[object.key] = BigPeer(object) }
            if object.kind == ResourceKind.secret.kind { secrets[object.key] = SecretData(object) }
        }
        self.bigPeers = bigPeers
        self.caller = PeerCaller(
            exchange: exchange,
            gates: HostGates(time: time),
            bigPeer: { [bigPeers] in bigPeers[$0] },
            secret: { [secrets] in secrets[$0] },
            tokenFiles: TokenFiles(tokenFiles, time: time),
            isListening: { _, _ in true },
            time: time
        )
    }

    /// The apps that a Big Peer holds, as the controller would see them.
    package func sight(_ key: ObjectKey) async -> PeerSighting {
        switch self.location(of: key) {
        case .failure(let obstacle): .obstructed(obstacle)
        case .success(let location):
            PeerSighting(await self.caller.call(.listApps(location.peer), of: key), of: location)
        }
    }

    /// One replication as a Big Peer holds it.
    ///
    /// - Parameters:
    ///   - name: The replication's name.
    ///   - app: The app that it is looked for under.
    ///   - key: The BigPeer.
    /// - Returns: The answer, or why the peer could not be asked.
    package func replication(_ name: String, of app: String, at key: ObjectKey) async -> Result<PeerResponse, Obstacle>
    {
        switch self.location(of: key) {
        case .failure(let obstacle): return .failure(obstacle)
        case .success(let location):
            let id = RemoteID(peer: location.peer, object: .replication(app: app, name: name))
            return .success(await self.caller.call(.read(id), of: key))
        }
    }

    /// Executes a DQL statement at a Big Peer's data API.
    ///
    /// - Parameters:
    ///   - statement: The statement.
    ///   - key: The BigPeer.
    ///   - tokenFile: The token for the data API of an external peer, whose other token is for another API.
    /// - Returns: The answer, or why there is none.
    package func execute(
        _ statement: DataStatement,
        at key: ObjectKey,
        tokenFile: String? = nil
    ) async -> Result<DataAnswer, DataFailure> {
        guard let peer = self.bigPeers[key] else { return .failure(.unanswered("there is no BigPeer \"\(key)\"")) }
        do throws(DataFailure) {
            let access = try self.dataAccess(to: peer, tokenFile: tokenFile)
            return .success(
                try await self.caller.exchange.execute(statement, at: access.url, token: access.token, tls: access.tls)
            )
        } catch {
            return .failure(error)
        }
    }

    private func dataAccess(
        to peer: BigPeer,
        tokenFile: String?
    ) throws(DataFailure) -> (url: String, token: BearerToken?, tls: HTTP.TLSOptions?) {
        do throws(Obstacle) {
            // Whoever calls has named this file, and no BigPeer.
            let files = TokenFiles(.ownUser, time: self.caller.time)
            let file = try tokenFile.map { path throws(Obstacle) in try files.token(at: path).get() }
            switch peer.spec.form {
            case .embedded:
                guard let url = peer.status.endpoints.data else {
                    throw Obstacle(
                        .bigPeerNotReady,
                        "the embedded peer \"\(peer.key)\" has no data API: it has not started yet, or "
                            + "spec.embedded.listen.data is off"
                    )
                }
                let token = try self.caller.token(of: peer).get()
                return (url, file.map { BearerToken($0) } ?? token, nil)
            case .endpoint(let endpoint):
                guard let url = endpoint.dataURL else {
                    throw Obstacle(.invalidSpec, "BigPeer \"\(peer.key)\" says no spec.endpoint.dataURL")
                }
                return (url, file.map { BearerToken($0) }, try self.caller.tls(of: peer).get())
            }
        } catch {
            throw .unanswered(error.message)
        }
    }

    private func location(of key: ObjectKey) -> Result<BigPeer.Location, Obstacle> {
        guard let peer = self.bigPeers[key] else {
            return .failure(Obstacle(.bigPeerNotFound, "there is no BigPeer \"\(key)\""))
        }
        if let obstacle = self.caller.obstacle(key) { return .failure(obstacle) }
        return peer.location
    }
}
