import JSON
import KubernetesModel
import Spelling

/// The rules about objects that name others.
struct ReferenceChecks {
    let index: ManifestIndex

    var diagnostics: [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for app in self.index.apps {
            diagnostics += self.missingPeer(app.value.bigPeerKey, at: .spec("bigPeerRef", "name"), app.manifest)
        }
        for replication in self.index.replications {
            let value = replication.value
            diagnostics += self.missingPeer(value.bigPeerKey, at: .spec("bigPeerRef", "name"), replication.manifest)
            diagnostics += self.missingApp(replication)
            diagnostics += self.longServiceName(replication)
            for (position, target) in value.connectTo.enumerated() {
                let path = FieldPath.spec("connectTo").index(position)
                diagnostics += self.connectTo(target, of: replication, at: path)
            }
        }
        for peer in self.index.peers { diagnostics += self.secretKeys(peer) }
        return diagnostics
    }

    private func missingPeer(_ key: ObjectKey, at path: FieldPath, _ manifest: Manifest) -> [Diagnostic] {
        guard !self.index.isKnown(.bigPeer, key) else { return [] }
        return [
            manifest.diagnostic(
                .manifest(.referenceNotFound),
                .warning,
                at: path,
                "BigPeer \"\(key)\" is not \(self.index.place)\(self.index.hint(.bigPeer, key))"
            )
        ]
    }

    /// An external Big Peer may have apps that nobody declared; once some are declared, a missing one is a typo.
    private func missingApp(_ replication: ManifestIndex.Entry<DeclaredReplication>) -> [Diagnostic] {
        let key = replication.value.bigPeerKey
        let name = replication.value.app
        let apps = self.index.apps(of: key)
        guard let peer = self.index.peer(key), peer.spec.embedded != nil || !apps.isEmpty,
            !self.index.isKnownApp(name, of: key)
        else { return [] }
        let hint = nearest(to: name, among: apps.map(\.spec.appName)).map { "; did you mean \"\($0)\"?" } ?? ""
        return [
            replication.manifest.diagnostic(
                .manifest(.referenceNotFound),
                .warning,
                at: .spec("app"),
                "no BigPeerApp \(self.index.place) declares the app \"\(name)\" on BigPeer \"\(key)\"\(hint)"
            )
        ]
    }

    private func longServiceName(_ replication: ManifestIndex.Entry<DeclaredReplication>) -> [Diagnostic] {
        let known = self.index.peer(replication.value.bigPeerKey)
        // Our own peers have no Services, and a template of the user's own may well be shorter.
        if let known, known.spec.embedded != nil || known.spec.replicationAddress != .standard { return [] }
        let problem = ReplicationRules.serviceNameProblem(
            bigPeer: known?.spec.endpoint?.bigPeerName ?? replication.value.bigPeer.name,
            replication: replication.value.key.name,
            severity: known == nil ? .warning : .error
        )
        guard let problem else { return [] }
        return [
            replication.manifest.diagnostic(
                .manifest(.serviceNameTooLong),
                problem.severity,
                at: problem.path,
                problem.sentence
            )
        ]
    }

    private func connectTo(
        _ target: BigPeerReplicationSpec.Target,
        of replication: ManifestIndex.Entry<DeclaredReplication>,
        at path: FieldPath
    ) -> [Diagnostic] {
        let manifest = replication.manifest
        let namespace = replication.value.key.namespace
        let peerKey = target.bigPeer.key(from: namespace)
        var diagnostics = self.missingPeer(peerKey, at: path.key("bigPeerRef").key("name"), manifest)
        let key = target.replicationKey(from: namespace)
        guard self.index.isKnown(.bigPeerReplication, key) else {
            diagnostics.append(
                manifest.diagnostic(
                    .manifest(.referenceNotFound),
                    .warning,
                    at: path.key("replication"),
                    "BigPeerReplication \"\(key)\" is not \(self.index.place)\(self.index.hint(.bigPeerReplication, key))"
                )
            )
            return diagnostics
        }
        if let other = self.index.replication(key)?.value, other.bigPeerKey != peerKey {
            diagnostics.append(
                manifest.diagnostic(
                    .manifest(.referenceMismatch),
                    .error,
                    at: path.key("bigPeerRef").key("name"),
                    "BigPeerReplication \"\(key)\" is on BigPeer \"\(other.bigPeerKey)\", not on \"\(peerKey)\""
                )
            )
        }
        return diagnostics
    }

    /// A Secret is often not in the files at all; when it is, it must have the key.
    private func secretKeys(_ peer: ManifestIndex.Entry<BigPeer>) -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for (path, reference) in peer.value.secretKeyRefs {
            let key = ObjectKey(namespace: peer.value.metadata.namespace, name: reference.name)
            guard case .secret(let secret) = self.index.manifest(.secret, key)?.content else { continue }
            let names = ["data", "stringData"].flatMap { Array(secret.content[$0]?.object?.keys.map(\.self) ?? []) }
            guard !names.contains(reference.key) else { continue }
            diagnostics.append(
                peer.manifest.diagnostic(
                    .manifest(.referenceNotFound),
                    .warning,
                    at: path,
                    "Secret \"\(key)\" has no key \"\(reference.key)\"; it has \(names.isEmpty ? "none" : names.sorted().joined(separator: ", "))"
                )
            )
        }
        return diagnostics
    }
}

extension BigPeer {
    /// Every value of a Secret that the peer needs, with the field that names it.
    package var secretKeyRefs: [(path: FieldPath, reference: SecretKeyRef)] {
        switch self.spec.form {
        case .endpoint(let endpoint):
            var references: [(path: FieldPath, reference: SecretKeyRef)] = []
            if case .secret(let reference) = endpoint.token {
                references.append((.spec("endpoint", "auth", "tokenSecretRef"), reference))
            }
            if let reference = endpoint.tls.authority {
                references.append((.spec("endpoint", "tls", "caSecretRef"), reference))
            }
            if let name = endpoint.tls.clientSecretName {
                let path = FieldPath.spec("endpoint", "tls", "clientSecretRef")
                references += ["tls.crt", "tls.key"].map { (path, SecretKeyRef(name: name, key: $0)) }
            }
            return references
        case .embedded(let embedded):
            return embedded.secrets.map { secret in
                (FieldPath((["spec", "embedded"] + secret.field).map { .key($0) }), secret.reference)
            }
        }
    }
}
