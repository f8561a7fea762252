import JSON
import KubernetesModel

/// How far a Big Peer is.
package struct BigPeerStatus: Sendable, Hashable {
    /// Where the peer can be reached.
    package struct Endpoints: Sendable, Hashable {
        /// The base URL of the REST API.
        package var api: String?
        /// `host:port` of the replication listener.
        package var replication: String?
        /// The base URL of the HTTP data API.
        package var data: String?
        /// `host:port` of the DCP listener.
        package var dcp: String?
        /// `host:port` of the bus.
        package var bus: String?

        /// Creates endpoints; what is left out is not served.
        package init(
            api: String? = nil,
            replication: String? = nil,
            data: String? = nil,
            dcp: String? = nil,
            bus: String? = nil
        ) {
            self.api = api
            self.replication = replication
            self.data = data
            self.dcp = dcp
            self.bus = bus
        }
    }

    /// What a peer that we do not run is called in the paths of its REST API.
    package struct Names: Sendable, Hashable {
        /// The `namespace` segment.
        package var namespace: String
        /// The `bigPeer` segment.
        package var bigPeerName: String

        /// Creates names.
        package init(namespace: String, bigPeerName: String) {
            self.namespace = namespace
            self.bigPeerName = bigPeerName
        }
    }

    /// One app that the peer holds.
    package struct App: Sendable, Hashable {
        /// The app's name at the peer.
        package var name: String
        /// The app's id, if the peer told it.
        package var appID: AppID?

        /// Creates an entry.
        package init(name: String, appID: AppID?) {
            self.name = name
            self.appID = appID
        }
    }

    /// The generation of the spec that this speaks of.
    package var observedGeneration: Int64 = 0
    /// What holds and what does not.
    package var conditions: [Condition] = []
    /// Where the peer can be reached.
    package var endpoints = Endpoints()
    /// The names under which an endpoint answered first; `nil` before that, and for a peer that we run.
    package var names: Names?
    /// The apps that the peer holds, as it told last.
    package var apps: [App] = []
    /// The public key by which other peers know an embedded peer.
    package var peerKey: String?
    /// The value of the annotation that asked for the last reconciliation.
    package var lastHandledReconcileAt: String?

    /// Creates the status of a Big Peer that was never looked at.
    package init() {}

    /// Reads a status; what is missing or makes no sense is left out.
    package init(_ json: JSONValue?) {
        self.observedGeneration = json?["observedGeneration"]?.integer ?? 0
        self.conditions = (json?["conditions"]?.array ?? []).compactMap { Condition($0) }
        let endpoints = json?["endpoints"]
        self.endpoints = Endpoints(
            api: endpoints?["api"]?.text,
            replication: endpoints?["replication"]?.text,
            data: endpoints?["data"]?.text,
            dcp: endpoints?["dcp"]?.text,
            bus: endpoints?["bus"]?.text
        )
        if let namespace = json?["names"]?["namespace"]?.text, let name = json?["names"]?["bigPeerName"]?.text {
            self.names = Names(namespace: namespace, bigPeerName: name)
        }
        self.apps = (json?["apps"]?.array ?? []).compactMap { app in
            app["name"]?.text.map { App(name: $0, appID: app["appId"]?.string.flatMap(AppID.init)) }
        }
        self.peerKey = json?["peerKey"]?.text
        self.lastHandledReconcileAt = json?["lastHandledReconcileAt"]?.text
    }

    /// The status as JSON, without what is empty.
    package var json: JSONValue {
        var object = JSONObject()
        object["observedGeneration"] = .integer(self.observedGeneration)
        object.set("conditions", self.conditions.map(\.json))
        object.set(
            "endpoints",
            JSONObject(texts: [
                "api": self.endpoints.api, "replication": self.endpoints.replication, "data": self.endpoints.data,
                "dcp": self.endpoints.dcp, "bus": self.endpoints.bus,
            ])
        )
        if let names = self.names {
            object.set("names", JSONObject(texts: ["namespace": names.namespace, "bigPeerName": names.bigPeerName]))
        }
        object.set(
            "apps",
            self.apps.map { .object(JSONObject(texts: ["name": $0.name, "appId": $0.appID?.description])) }
        )
        object.set("peerKey", self.peerKey)
        object.set("lastHandledReconcileAt", self.lastHandledReconcileAt)
        return .object(object)
    }
}
