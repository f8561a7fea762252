import KubernetesModel
import PeerModel
import Planning
import Resources

/// What the declared Big Peers, apps and replications amount to, given what each Big Peer really holds: pure.
package struct PeerChecks: Sendable {
    private let bigPeers: [BigPeer]
    private let apps: [BigPeerApp]
    private let replications: [BigPeerReplication]
    /// The same replications as they stand, status and all.
    private let replicationObjects: [Object]
    private let sightings: [ObjectKey: PeerSighting]

    /// Creates checks.
    ///
    /// - Parameters:
    ///   - objects: Everything that is declared; of two of one name the later counts.
    ///   - sightings: What each Big Peer answered.
    package init(_ objects: [Object], sightings: [ObjectKey: PeerSighting]) {
        func latest(_ kind: ResourceKind) -> [Object] {
            Dictionary(objects.filter { $0.kind == kind.kind }.map { ($0.key, $0) }) { $1 }
                .values.sorted { $0.key < $1.key }
        }
        self.bigPeers = latest(.bigPeer).map { BigPeer($0) }
        self.apps = latest(.bigPeerApp).map { BigPeerApp($0) }
        self.replicationObjects = latest(.bigPeerReplication)
        self.replications = self.replicationObjects.map { BigPeerReplication($0) }
        self.sightings = sightings
    }

    /// The lines, Big Peers first.
    ///
    /// - Parameter wanted: Only these objects and the Big Peers that they are on; `nil` for everything.
    /// - Returns: The lines.
    package func lines(of wanted: Set<ObjectKey>? = nil) -> [CheckReport.Line] {
        func isWanted(_ key: ObjectKey) -> Bool { wanted?.contains(key) ?? true }
        let apps = self.apps.filter { isWanted($0.metadata.key) }
        let replications = self.replications.filter { isWanted($0.key) }
        let needed = Set(apps.map(\.bigPeerKey) + replications.map(\.bigPeerKey))
        let bigPeers = self.bigPeers.filter { isWanted($0.key) || needed.contains($0.key) }
        return bigPeers.map(self.line) + apps.compactMap(self.line) + replications.flatMap(self.pairLines)
            + self.replicationObjects.filter { isWanted($0.key) }.compactMap(self.sessionLine)
    }

    // MARK: - Big Peers

    private func line(_ peer: BigPeer) -> CheckReport.Line {
        let subject = peer.key.description
        switch self.sightings[peer.key] {
        case .answered(let apps):
            return CheckReport.Line(.bigPeer, subject, .passed, "answers, and holds \(apps.count.of("app"))")
        case .failed(let failure):
            let advice = failure.reason.advice
            return CheckReport.Line(.bigPeer, subject, .failed, failure.message, advice: advice)
        case .obstructed(let obstacle) where obstacle.reason == .suspended || peer.spec.embedded != nil:
            return CheckReport.Line(.bigPeer, subject, .skipped, obstacle.message)
        case .obstructed(let obstacle):
            return CheckReport.Line(.bigPeer, subject, .failed, obstacle.message, advice: obstacle.reason.advice)
        case .suspended, .awaitingDependents, .leaving, nil:
            return CheckReport.Line(.bigPeer, subject, .skipped, "not asked")
        }
    }

    // MARK: - Apps

    private func held(_ peer: ObjectKey) -> [PeerApp]? {
        if case .answered(let apps) = self.sightings[peer] { apps } else { nil }
    }

    private func line(_ app: BigPeerApp) -> CheckReport.Line? {
        guard let held = self.held(app.bigPeerKey) else { return nil }
        let subject = "\(app.metadata.key) (\(app.appName) on \(app.bigPeerKey.name))"
        let declared = app.spec.appID?.description
        let live = held.first { $0.name == app.appName }
        if let live {
            guard let declared, declared != live.appID else {
                return CheckReport.Line(.app, subject, .passed, "is there, with id \(live.appID ?? "none")")
            }
            let message = "the Big Peer holds it with id \(live.appID ?? "none"), and \(declared) is declared"
            return CheckReport.Line(.app, subject, .failed, message, advice: Reason.appIDMismatch.advice)
        }
        guard let declared else {
            let message = "the Big Peer does not hold it, and without spec.appId it cannot be created"
            return CheckReport.Line(.app, subject, .failed, message, advice: Reason.remoteNotFound.advice)
        }
        if let other = held.first(where: { $0.appID == declared }) {
            let message = "the Big Peer holds the id \(declared) under the name \"\(other.name)\""
            return CheckReport.Line(.app, subject, .failed, message, advice: Reason.appIDTaken.advice)
        }
        return CheckReport.Line(.app, subject, .passed, "will be created")
    }

    /// The id of an app as declared, else as its Big Peer holds it.
    private func appID(_ name: String, on peer: ObjectKey) -> String? {
        let declared = self.apps.first { $0.bigPeerKey == peer && $0.appName == name }?.spec.appID?.description
        return declared ?? self.held(peer)?.first { $0.name == name }?.appID
    }

    // MARK: - Sessions

    /// What a controller has measured of a replication's links; nothing when nobody has, or nobody need look.
    private func sessionLine(_ object: Object) -> CheckReport.Line? {
        let subject = object.key.description
        if let trouble = object.replicationTrouble {
            let advice = Reason(rawValue: trouble.reason)?.advice
            return CheckReport.Line(.sessions, subject, .failed, trouble.message, advice: advice)
        }
        guard let condition = object.conditions[.replicating], condition.status == .true else { return nil }
        return CheckReport.Line(.sessions, subject, .passed, condition.message)
    }

    // MARK: - Pairs

    private func pairLines(_ replication: BigPeerReplication) -> [CheckReport.Line] {
        replication.spec.connectTo.map { target in
            let otherPeer = target.bigPeer.key(from: replication.metadata.namespace)
            let otherKey = target.replicationKey(from: replication.metadata.namespace)
            let subject = "\(replication.key) – \(otherKey)"
            guard let other = self.replications.first(where: { $0.key == otherKey }) else {
                return CheckReport.Line(
                    .pair,
                    subject,
                    .failed,
                    "there is no BigPeerReplication \(otherKey)",
                    advice: Reason.awaitingConnectTo.advice
                )
            }
            let own = self.appID(replication.app, on: replication.bigPeerKey)
            let others = self.appID(other.app, on: otherPeer)
            guard let own, let others else {
                return CheckReport.Line(.pair, subject, .skipped, "the app ids of both sides are not known")
            }
            guard own == others else {
                return CheckReport.Line(
                    .pair,
                    subject,
                    .failed,
                    "app \"\(replication.app)\" has id \(own), and app \"\(other.app)\" of the other side "
                        + "has \(others): no data can flow",
                    advice: "Apps that replicate have one id: give both sides' apps the same spec.appId."
                )
            }
            return CheckReport.Line(.pair, subject, .passed, "both sides' apps have id \(own)")
        }
    }
}
