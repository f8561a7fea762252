import KubernetesModel
import PeerModel
import Planning
import Resources
import Spelling

/// What the declared Big Peers, apps and replications amount to, given what each Big Peer really holds: pure.
///
/// *Guarantees:* of what a controller has found to be wrong (`peerage status`: ✗) something fails here, too.
package struct PeerChecks: Sendable {
    private let bigPeers: [Checked<BigPeer>]
    private let apps: [Checked<BigPeerApp>]
    private let replications: [Checked<BigPeerReplication>]
    private let topologies: [Object]
    private let sightings: [ObjectKey: PeerSighting]
    private let isWhole: @Sendable (_ namespace: String) -> Bool

    /// A resource and the object as it stands, status and all.
    private struct Checked<Resource: Sendable>: Sendable {
        let object: Object
        let resource: Resource
    }

    /// Creates checks.
    ///
    /// - Parameters:
    ///   - objects: Everything that is declared; of two of one name the later counts.
    ///   - sightings: What each Big Peer answered.
    ///   - isWhole: Whether every object of a namespace is among the objects, so that what is not there does not exist.
    package init(
        _ objects: [Object],
        sightings: [ObjectKey: PeerSighting],
        isWhole: @escaping @Sendable (_ namespace: String) -> Bool = { _ in true }
    ) {
        func latest(_ kind: ResourceKind) -> [Object] {
            Dictionary(objects.filter { $0.kind == kind.kind }.map { ($0.key, $0) }) { $1 }
                .values.sorted { $0.key < $1.key }
        }
        self.bigPeers = latest(.bigPeer).map { Checked(object: $0, resource: BigPeer($0)) }
        self.apps = latest(.bigPeerApp).map { Checked(object: $0, resource: BigPeerApp($0)) }
        self.replications = latest(.bigPeerReplication).map { Checked(object: $0, resource: BigPeerReplication($0)) }
        self.topologies = latest(.replicationTopology)
        self.sightings = sightings
        self.isWhole = isWhole
    }

    /// The lines, Big Peers first.
    ///
    /// - Parameter wanted: Only these objects and the Big Peers that they are on; `nil` for everything.
    /// - Returns: The lines.
    package func lines(of wanted: Set<ObjectKey>? = nil) -> [CheckReport.Line] {
        func isWanted(_ object: Object) -> Bool { wanted?.contains(object.key) ?? true }
        let apps = self.apps.filter { isWanted($0.object) }
        let replications = self.replications.filter { isWanted($0.object) }
        let needed = Set(apps.map(\.resource.bigPeerKey) + replications.map(\.resource.bigPeerKey))
        let bigPeers = self.bigPeers.filter { isWanted($0.object) || needed.contains($0.object.key) }
            .map { (key: $0.object.key, line: self.line($0)) }
        // What keeps everything on a Big Peer from coming true is told once, of the Big Peer.
        let failed = Set(bigPeers.filter { $0.line.result == .failed }.map(\.key))
        let appLines = apps.compactMap { app in
            let own = self.missingPeer(app.resource.bigPeerKey, .app, app.object) ?? self.line(app.resource)
            return self.line(own, or: failed.contains(app.resource.bigPeerKey) ? nil : self.trouble(app.object, .app))
        }
        let replicationLines = replications.compactMap { replication in
            let key = replication.resource.bigPeerKey
            let own = self.missingPeer(key, .replication, replication.object) ?? self.missingApp(replication)
            return self.line(own, or: failed.contains(key) ? nil : self.trouble(replication.object, .replication))
        }
        return bigPeers.map(\.line) + appLines + replicationLines
            + self.topologies.filter(isWanted).compactMap { self.trouble($0, .topology) }
            + replications.flatMap { self.pairLines($0.resource) }
            + replications.compactMap { self.sessionLine($0.object) }
    }

    /// What was found just now if it is bad, and else what a controller has found to be wrong.
    private func line(_ own: CheckReport.Line?, or trouble: CheckReport.Line?) -> CheckReport.Line? {
        own?.result == .failed ? own : trouble ?? own
    }

    /// What a controller has found to be wrong with an object, besides its links; `nil` when nothing is, or nobody has
    /// looked at this spec.
    private func trouble(_ object: Object, _ check: CheckReport.Check) -> CheckReport.Line? {
        let health = Health(of: object, withLinks: false)
        guard health.level <= .failing else { return nil }
        return CheckReport.Line(check, object.key.description, .failed, health.message, advice: health.advice)
    }

    /// That an object names a Big Peer that is not there.
    private func missingPeer(_ key: ObjectKey, _ check: CheckReport.Check, _ object: Object) -> CheckReport.Line? {
        guard self.isWhole(key.namespace), !self.bigPeers.contains(where: { $0.object.key == key }) else { return nil }
        let names = self.bigPeers.map(\.object.key).filter { $0.namespace == key.namespace }.map(\.name)
        let hint = Spelling.nearest(to: key.name, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
        let message = "there is no BigPeer \(key)\(hint)"
        return CheckReport.Line(
            check,
            object.key.description,
            .failed,
            message,
            advice: Reason.bigPeerNotFound.advice
        )
    }

    /// That the app of a replication is neither at the Big Peer nor declared.
    private func missingApp(_ replication: Checked<BigPeerReplication>) -> CheckReport.Line? {
        let (key, app) = (replication.resource.bigPeerKey, replication.resource.app)
        guard self.isWhole(key.namespace), let held = self.held(key), !held.contains(where: { $0.name == app }),
            !self.apps.contains(where: { $0.resource.bigPeerKey == key && $0.resource.appName == app })
        else { return nil }
        let message = "the Big Peer \(key) has no app \"\(app)\", and no BigPeerApp declares it"
        return CheckReport.Line(
            .replication,
            replication.object.key.description,
            .failed,
            message,
            advice: Reason.appNotFound.advice
        )
    }

    // MARK: - Big Peers

    private func line(_ peer: Checked<BigPeer>) -> CheckReport.Line {
        let seen = self.sightLine(peer.resource)
        guard seen.result != .failed, let trouble = self.trouble(peer.object, .bigPeer) else { return seen }
        // What answers now is not unreachable, whatever its status says; what was not asked is known by it alone.
        return seen.result == .skipped || Health(of: peer.object).level == .stalled ? trouble : seen
    }

    private func sightLine(_ peer: BigPeer) -> CheckReport.Line {
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
        let declared = self.apps.map(\.resource).first { $0.bigPeerKey == peer && $0.appName == name }?
            .spec.appID?.description
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
            guard let other = self.replications.map(\.resource).first(where: { $0.key == otherKey }) else {
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
