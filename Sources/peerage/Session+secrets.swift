import KubernetesModel
import ResourceStore
import Resources

extension Session {
    /// The Secrets that a BigPeer names, as far as they exist.
    func secrets(of peer: BigPeer) async throws(APIStatus) -> [Object] {
        var secrets: [Object] = []
        for name in Set(peer.secretKeyRefs.map(\.reference.name)).sorted() {
            do throws(APIStatus) {
                let key = ObjectKey(namespace: peer.metadata.namespace, name: name)
                secrets.append(try await self.store.get(.secret, key))
            } catch {
                guard error.reason == .notFound else { throw error }
            }
        }
        return secrets
    }
}
