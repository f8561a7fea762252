import KubernetesModel

/// The rules about objects that would look after the same thing at a Big Peer.
struct RemoteChecks {
    /// Where names at a Big Peer must be unique.
    private enum Room: Hashable {
        /// One namespace of one REST API.
        case namespace(url: String, name: String)
        /// One Big Peer in it.
        case peer(url: String, namespace: String, name: String)
        /// A peer that we run.
        case embedded(ObjectKey)
    }

    private struct RemoteName: Hashable {
        let room: Room
        let name: String
    }

    let index: ManifestIndex

    var diagnostics: [Diagnostic] { self.replications + self.apps + self.appIDs }

    private var replications: [Diagnostic] {
        var first: [RemoteName: Manifest] = [:]
        return self.index.replications.compactMap { entry in
            // The vendor keeps replications by namespace and name, whatever their app and Big Peer.
            guard let room = self.room(of: entry.value.bigPeerKey, isWholeNamespace: true) else { return nil }
            let name = RemoteName(room: room, name: entry.value.key.name)
            return self.claim(name, entry.manifest, at: .name, "replication", in: &first)
        }
    }

    private var apps: [Diagnostic] {
        var first: [RemoteName: Manifest] = [:]
        return self.index.apps.compactMap { entry in
            guard let room = self.room(of: entry.value.bigPeerKey, isWholeNamespace: false) else { return nil }
            let name = RemoteName(room: room, name: entry.value.spec.appName)
            return self.claim(name, entry.manifest, at: .spec("appName"), "app", in: &first)
        }
    }

    private var appIDs: [Diagnostic] {
        var first: [RemoteName: (manifest: Manifest, name: String)] = [:]
        return self.index.apps.compactMap { entry in
            guard let room = self.room(of: entry.value.bigPeerKey, isWholeNamespace: false),
                let id = entry.value.spec.appID
            else { return nil }
            let key = RemoteName(room: room, name: id.description)
            guard let other = first[key] else {
                first[key] = (entry.manifest, entry.value.spec.appName)
                return nil
            }
            guard other.name != entry.value.spec.appName else { return nil }
            return entry.manifest.diagnostic(
                .manifest(.appIDTaken),
                .error,
                at: .spec("appId"),
                "the app \"\(other.name)\" of \(other.manifest.title) at \(other.manifest.place) has this id on the same "
                    + "Big Peer"
            )
        }
    }

    private func claim(
        _ name: RemoteName,
        _ manifest: Manifest,
        at path: FieldPath,
        _ noun: String,
        in first: inout [RemoteName: Manifest]
    ) -> Diagnostic? {
        guard let other = first[name] else {
            first[name] = manifest
            return nil
        }
        return manifest.diagnostic(
            .manifest(.duplicateRemote),
            .error,
            at: path,
            "\(other.title) at \(other.place) looks after the same \(noun) \"\(name.name)\" at the Big Peer"
        )
    }

    private func room(of key: ObjectKey, isWholeNamespace: Bool) -> Room? {
        guard let peer = self.index.peer(key) else { return nil }
        return switch peer.spec.form {
        case .endpoint(let endpoint) where isWholeNamespace:
            .namespace(url: endpoint.url, name: endpoint.namespace)
        case .endpoint(let endpoint):
            .peer(url: endpoint.url, namespace: endpoint.namespace, name: endpoint.bigPeerName)
        case .embedded: .embedded(key)
        }
    }
}
