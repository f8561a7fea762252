import KubernetesModel
import Resources

extension BigPeer {
    /// The Secrets that the spec names.
    var secretKeys: Set<ObjectKey> {
        var names: Set<String> = []
        switch self.spec.form {
        case .embedded(let embedded):
            names = Set(embedded.secrets.map(\.reference.name))
        case .endpoint(let endpoint):
            if case .secret(let reference) = endpoint.token { names.insert(reference.name) }
            if let reference = endpoint.tls.authority { names.insert(reference.name) }
            if let name = endpoint.tls.clientSecretName { names.insert(name) }
        }
        return Set(names.map { ObjectKey(namespace: self.metadata.namespace, name: $0) })
    }
}

extension [BigPeer] {
    /// The Secrets that the specs name.
    var secretKeys: Set<ObjectKey> { self.reduce(into: []) { $0.formUnion($1.secretKeys) } }
}
