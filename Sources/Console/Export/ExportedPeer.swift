import JSON
import KubernetesModel
import PeerModel
import Resources
import YAML

/// What a Big Peer holds, as manifests that describe it exactly: applying them adopts everything and changes nothing.
package struct ExportedPeer: Sendable {
    /// A replication with the app that it belongs to.
    package struct Replication: Sendable, Hashable {
        /// The app's name at the Big Peer.
        package let app: String
        /// The replication.
        package let replication: PeerReplication

        /// Creates a replication.
        package init(app: String, _ replication: PeerReplication) {
            self.app = app
            self.replication = replication
        }
    }

    /// The BigPeer's manifest.
    private let bigPeer: Object
    private let apps: [PeerApp]
    private let replications: [Replication]
    /// The resources that declare some of it already.
    private let resources: [Object]

    /// Creates an export.
    ///
    /// - Parameters:
    ///   - bigPeer: The BigPeer as it shall be declared.
    ///   - apps: The apps that it holds.
    ///   - replications: The replications that were asked for.
    ///   - resources: The resources that declare some of it already: what they say is kept where it still holds.
    package init(
        _ bigPeer: Object,
        apps: [PeerApp],
        replications: [Replication],
        resources: [Object] = []
    ) {
        self.bigPeer = bigPeer
        self.apps = apps.sorted { $0.name < $1.name }
        self.replications = replications.sorted { $0.replication.name < $1.replication.name }
        self.resources = resources
    }

    /// The manifests, each after those it needs.
    package var objects: [Object] {
        var bigPeer = Object(kind: .bigPeer, metadata: self.metadata(self.bigPeer.metadata.name))
        bigPeer.spec = self.bigPeer.spec
        return [bigPeer] + self.apps.map(self.object) + self.replications.map(self.object)
    }

    private func object(_ app: PeerApp) -> Object {
        let declared = self.resources.first {
            $0.kind == ResourceKind.bigPeerApp.kind && BigPeerApp($0).appName == app.name
        }
        var object = Object(
            kind: .bigPeerApp,
            metadata: self.metadata(declared?.metadata.name ?? self.resourceName(of: app))
        )
        if let declared, Self.declares(declared, app) {
            object.spec = declared.spec
            return object
        }
        var spec: JSONValue = ["bigPeerRef": self.reference, "appName": .string(app.name)]
        spec["appId"] = app.appID.map(JSONValue.string)
        object.spec = spec
        return object
    }

    private func object(_ exported: Replication) -> Object {
        let replication = exported.replication
        var object = Object(kind: .bigPeerReplication, metadata: self.metadata(replication.name))
        if let declared = self.resources.first(where: { Self.declares($0, exported) }) {
            object.spec = declared.spec
            return object
        }
        var spec: JSONValue = [
            "bigPeerRef": self.reference, "app": .string(exported.app), "adoptionPolicy": "AdoptIfEqual",
        ]
        if !replication.connections.isEmpty {
            spec["connections"] = .array(replication.connections.map(JSONValue.string))
        }
        // Without a query nothing is received: an empty map says so, where a missing one might be an oversight.
        spec["queriesByCollection"] = .object(
            JSONObject(
                replication.queriesByCollection.map {
                    JSONObject.Member(key: $0.key, value: .array($0.value.map(JSONValue.string)))
                }
            )
        )
        object.spec = spec
        return object
    }

    /// Whether a resource that looks after an app says what is there.
    private static func declares(_ object: Object, _ app: PeerApp) -> Bool {
        let declared = BigPeerApp(object)
        // A fixed field that an API server has let change says something else than what is looked after.
        return declared.fixedFieldProblem == nil
            && declared.spec.appID.map { $0.description == app.appID } ?? true
    }

    /// Whether a resource says exactly what is there, with `connectTo` resolved.
    private static func declares(_ object: Object, _ exported: Replication) -> Bool {
        guard object.kind == ResourceKind.bigPeerReplication.kind,
            object.metadata.name == exported.replication.name
        else { return false }
        let declared = BigPeerReplication(object)
        return declared.fixedFieldProblem == nil && declared.app == exported.app
            && PeerReplication(
                name: object.metadata.name,
                connections: declared.status.connections,
                queriesByCollection: declared.spec.queriesByCollection
            ) == exported.replication
    }

    private var reference: JSONValue { ["name": .string(self.bigPeer.metadata.name)] }

    private func metadata(_ name: String) -> ObjectMeta {
        ObjectMeta(name: name, namespace: self.bigPeer.metadata.namespace)
    }

    /// Two Big Peers have apps of one name more often than not, so the resource's name begins with the peer's.
    private func resourceName(of app: PeerApp) -> String {
        let name = "\(self.bigPeer.metadata.name)-\(app.name)"
        guard name.utf8.count > DNSLabel.maximumLength else { return name }
        // FNV-1a, which tells long names apart that begin alike.
        let hash = name.utf8.reduce(UInt32(0x811C_9DC5)) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
        let digits = String(hash, radix: 16)
        let tail = "-" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
        return String(decoding: name.utf8.prefix(DNSLabel.maximumLength - tail.utf8.count), as: UTF8.self) + tail
    }

    /// The manifests as a file, headed by where they come from.
    ///
    /// - Parameters:
    ///   - source: Where the Big Peer is, in words.
    ///   - version: The version of Peerage.
    /// - Returns: YAML.
    package func yaml(source: String, version: String) -> String {
        let head = "# Exported by peerage \(version) from \(source.oneLine).\n"
        return head + YAML.text(of: self.objects.map(\.json), firstKeys: YAMLEmitter.resourceKeys)
    }
}
