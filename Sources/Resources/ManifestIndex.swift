import KubernetesModel
import Spelling

/// The objects of a set by name, for the rules about objects together.
///
/// Only sound objects are asked about; unsound ones are still found by name, so that one typo is told once.
struct ManifestIndex: Sendable {
    /// A kind with a key.
    struct Name: Hashable {
        let kind: String
        let key: ObjectKey
    }

    /// A sound object of one type with its place.
    struct Entry<Value: Sendable>: Sendable {
        let manifest: Manifest
        let value: Value
    }

    let manifests: [Manifest]
    private(set) var peers: [Entry<BigPeer>] = []
    private(set) var apps: [Entry<BigPeerApp>] = []
    private(set) var replications: [Entry<DeclaredReplication>] = []
    private(set) var topologies: [Entry<ReplicationTopology>] = []
    private var named: [Name: Manifest] = [:]
    private var peersByKey: [ObjectKey: BigPeer] = [:]
    private var appsByPeer: [ObjectKey: [BigPeerApp]] = [:]
    private var duplicates: [Diagnostic] = []
    private var namesElsewhere: Set<Name> = []
    private var appsElsewhere: [ObjectKey: Set<String>] = [:]
    /// Where objects were looked for, for sentences that say that one is missing.
    let place: String

    init(_ manifests: [Manifest], elsewhere: [Object]? = nil) {
        self.manifests = manifests
        self.place = elsewhere == nil ? "in these files" : "in these files or on the server"
        for object in elsewhere ?? [] {
            self.namesElsewhere.insert(Name(kind: object.kind, key: object.key))
            guard object.kind == ResourceKind.bigPeerApp.kind else { continue }
            let app = BigPeerApp(object)
            self.appsElsewhere[app.bigPeerKey, default: []].insert(app.spec.appName)
        }
        self.named.reserveCapacity(manifests.count)
        for manifest in manifests { self.add(manifest) }
    }

    private mutating func add(_ manifest: Manifest) {
        guard let kind = manifest.kind else { return }
        if !manifest.key.name.isEmpty {
            let name = Name(kind: kind.kind, key: manifest.key)
            if let first = self.named[name] {
                self.duplicates.append(
                    manifest.diagnostic(
                        .manifest(.duplicateObject),
                        .error,
                        at: .name,
                        "\(manifest.title) is at \(first.place) already"
                    )
                )
                return
            }
            self.named[name] = manifest
        }
        switch manifest.content {
        case .bigPeer(let peer):
            self.peers.append(Entry(manifest: manifest, value: peer))
            self.peersByKey[peer.key] = peer
        case .bigPeerApp(let app):
            self.apps.append(Entry(manifest: manifest, value: app))
            self.appsByPeer[app.bigPeerKey, default: []].append(app)
        case .bigPeerReplication(let replication):
            self.replications.append(Entry(manifest: manifest, value: replication))
        case .replicationTopology(let topology):
            self.topologies.append(Entry(manifest: manifest, value: topology))
        case .secret, nil: break
        }
    }

    /// Everything that is to be told about objects together.
    var diagnostics: [Diagnostic] {
        let checks: [@Sendable () -> [Diagnostic]] = [
            { ReferenceChecks(index: self).diagnostics },
            { RemoteChecks(index: self).diagnostics + PairChecks(index: self).diagnostics },
            { TopologyChecks(index: self).diagnostics },
        ]
        return self.duplicates + checks.mapSideBySide { $0() }.flatMap(\.self)
    }

    /// The object of a kind and key, sound or not.
    func manifest(_ kind: ResourceKind, _ key: ObjectKey) -> Manifest? {
        self.named[Name(kind: kind.kind, key: key)]
    }

    /// Whether an object of the kind and key is known, in these files or elsewhere.
    func isKnown(_ kind: ResourceKind, _ key: ObjectKey) -> Bool {
        let name = Name(kind: kind.kind, key: key)
        return self.named[name] != nil || self.namesElsewhere.contains(name)
    }

    /// Whether an app of the name is declared on a BigPeer, in these files or elsewhere.
    func isKnownApp(_ name: String, of peer: ObjectKey) -> Bool {
        self.app(name, of: peer) != nil || self.appsElsewhere[peer]?.contains(name) == true
    }

    /// A sound BigPeer.
    func peer(_ key: ObjectKey) -> BigPeer? { self.peersByKey[key] }

    /// A sound replication.
    func replication(_ key: ObjectKey) -> Entry<DeclaredReplication>? {
        guard let manifest = self.manifest(.bigPeerReplication, key),
            case .bigPeerReplication(let replication) = manifest.content
        else { return nil }
        return Entry(manifest: manifest, value: replication)
    }

    /// The sound apps of a BigPeer.
    func apps(of peer: ObjectKey) -> [BigPeerApp] { self.appsByPeer[peer] ?? [] }

    /// The app of a name on a BigPeer.
    func app(_ name: String, of peer: ObjectKey) -> BigPeerApp? {
        self.apps(of: peer).first { $0.spec.appName == name }
    }

    /// What could have been meant by a key that no object of the kind has.
    func hint(_ kind: ResourceKind, _ key: ObjectKey) -> String {
        let names = self.named.keys.filter { $0.kind == kind.kind && $0.key.namespace == key.namespace }.map(\.key.name)
        return nearest(to: key.name, among: names.sorted()).map { "; did you mean \"\($0)\"?" } ?? ""
    }
}
