import PeerModel
import Resources

/// What becomes of a 404 that does not say what is missing.
///
/// A gateway without a backend, an ingress, another API at the same address: all answer 404 to everything. Taken for
/// "deleted", it would let go of an object that lives on; taken for "not there", it would be created a second time. So
/// the API has to show itself with something that it has:
///
/// | the object | asked | answer | then the 404 means |
/// |---|---|---|---|
/// | replication | `GET` of its app | the app | the replication is not there |
/// | | | "app not found" | the app is not there |
/// | | | such a 404 again | ask for the list of apps |
/// | replication, app | the list of apps | a list | the app is not there; of a replication whose app is listed: it itself |
/// | | | anything else | nothing: the API is not to be seen |
extension RemoteLine {
    /// Begins to doubt a 404, as the answer that the present state waits for.
    mutating func doubt() -> Step {
        guard let id = self.remoteID else {
            return self.finish(.progressing(.internalError, "a 404 of nothing that was asked for"), next: .backOff)
        }
        return self.vouch(id.app.map { .read($0) } ?? .listApps(id.peer), for: self.state)
    }

    private mutating func vouch(_ request: PeerRequest, for state: State) -> Step {
        self.state = .vouching(state, request)
        return .send(request)
    }

    /// Goes on from a state with what the API's own answer says of its 404.
    mutating func vouch(_ response: PeerResponse, to request: PeerRequest, for state: State) -> Step {
        let meaning: PeerResponse
        switch (request, response) {
        case (.read, .absent(.unnamed)): return self.vouch(.listApps(request.peer), for: state)
        case (.read, .found): meaning = .absent(.object)
        case (.read, .absent(.object)): meaning = .absent(.app)
        case (.listApps, .apps(let apps)): meaning = .absent(self.absentPart(beside: apps))
        case (_, .absent(.bigPeer)), (_, .failed): meaning = response
        default:
            meaning = .failed(
                PeerFailure(
                    .invalidResponse,
                    "404 from something that is not the Big Peer REST API, as far as can be seen: it does not list "
                        + "apps at \(PeerRequest.listApps(request.peer).path); check spec.endpoint.url, and what "
                        + "stands between."
                )
            )
        }
        self.state = state
        return self.next(.answered(meaning), at: self.now)
    }

    /// What is not there, given the apps that are.
    private func absentPart(beside apps: [PeerApp]) -> AbsentPart {
        guard let app = self.remoteID?.app else { return .object }
        return apps.contains { $0.name == app.name } ? .object : .app
    }

    /// The object that the line asks about.
    private var remoteID: RemoteID? { try? self.subject.target.get().id }
}

extension RemoteID {
    /// The app of a replication; `nil` for an app.
    fileprivate var app: RemoteID? {
        guard case .replication(let app, _) = self.object else { return nil }
        return RemoteID(peer: self.peer, object: .app(app))
    }
}

extension PeerRequest {
    fileprivate var peer: PeerIdentity {
        switch self {
        case .listApps(let peer): peer
        case .read(let id), .create(let id, _), .replace(let id, _), .delete(let id): id.peer
        }
    }
}
