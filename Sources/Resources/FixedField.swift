import KubernetesModel

/// A field that cannot change, as the status remembers it and as the spec has it.
///
/// Servers before Kubernetes 1.25 let it change all the same. What was made under the old value is still there then, and
/// still what the object looks after.
struct FixedField {
    /// Where the field is.
    let path: FieldPath
    /// What it was; `nil` when nothing is remembered.
    let before: String?
    /// What it is.
    let now: String?

    init(_ path: FieldPath, _ before: String?, _ now: String?) {
        self.path = path
        self.before = before
        self.now = now
    }

    /// What is wrong with it; `nil` when it is what it was.
    var problem: String? {
        guard let before = self.before, before != self.now else { return nil }
        return "\(self.path) cannot change: it was \(before), and is \(self.now ?? "absent") now; \(Self.advice)"
    }

    static let advice = "put it back, or delete the object and create it anew"
}

extension BigPeerApp {
    /// Which fixed field the spec says otherwise than what the status remembers.
    package var fixedFieldProblem: String? {
        let peer = self.spec.bigPeer.key(from: self.metadata.namespace)
        let fields = [
            FixedField(.spec("bigPeerRef"), self.status.remote?.bigPeerKey?.description, peer.description),
            FixedField(.spec("appName"), self.status.remote?.app, self.spec.appName),
            FixedField(.spec("appId"), self.status.appID?.description, self.spec.appID?.description),
        ]
        return fields.lazy.compactMap(\.problem).first
    }
}

extension BigPeerReplication {
    /// Which fixed field the spec says otherwise than what the status remembers.
    package var fixedFieldProblem: String? {
        let peer = self.spec.bigPeer.key(from: self.metadata.namespace)
        let fields = [
            FixedField(.spec("bigPeerRef"), self.status.remote?.bigPeerKey?.description, peer.description),
            FixedField(.spec("app"), self.status.remote?.app, self.spec.app),
        ]
        return fields.lazy.compactMap(\.problem).first
    }
}

extension ReplicationTopology {
    /// Which fixed field the spec says otherwise than what the status remembers.
    package var fixedFieldProblem: String? { FixedField(.spec("app"), self.status.app, self.spec.app).problem }
}

extension BigPeer {
    /// Which fixed field the spec says otherwise than what the status remembers.
    package var fixedFieldProblem: String? { self.formProblem ?? self.nameProblem }

    /// Whether a peer that we ran is one that runs elsewhere now, or the other way round.
    package var formProblem: String? {
        switch self.spec.form {
        case .endpoint where self.status.peerKey != nil:
            "spec.embedded cannot become spec.endpoint; \(FixedField.advice)"
        case .embedded where self.status.names != nil: "spec.endpoint cannot become spec.embedded; \(FixedField.advice)"
        case .endpoint, .embedded: nil
        }
    }

    private var nameProblem: String? {
        guard let endpoint = self.spec.endpoint else { return nil }
        let fields = [
            FixedField(.spec("endpoint", "namespace"), self.status.names?.namespace, endpoint.namespace),
            FixedField(.spec("endpoint", "bigPeerName"), self.status.names?.bigPeerName, endpoint.bigPeerName),
        ]
        return fields.lazy.compactMap(\.problem).first
    }
}

extension BigPeerStatus.Names {
    /// The names that a spec gives.
    package init(_ endpoint: BigPeerEndpoint) {
        self.init(namespace: endpoint.namespace, bigPeerName: endpoint.bigPeerName)
    }
}
