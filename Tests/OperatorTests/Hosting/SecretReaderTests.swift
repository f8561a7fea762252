import JSON
import KubernetesModel
import ResourceStore
import Synchronization
import Testing

@testable import Operator

@Suite("SecretReader")
struct SecretReaderTests {
    /// A store of one Secret, that can be anything or refuse to say.
    private final class OneSecret: ResourceStore {
        let answer = Mutex<Result<String, APIStatus>>(.success("s3cret"))
        let reads = Mutex<[ObjectKey]>([])

        func set(_ answer: Result<String, APIStatus>) { self.answer.withLock { $0 = answer } }

        func get(_ kind: ResourceKind, _ key: ObjectKey) async throws(APIStatus) -> Object {
            self.reads.withLock { $0.append(key) }
            let token = try self.answer.withLock { $0 }.get()
            let metadata = ObjectMeta(name: key.name, namespace: key.namespace)
            return Object(kind: .secret, metadata: metadata, content: ["stringData": ["token": .string(token)]])
        }

        func list(_ kind: ResourceKind, namespace: String?) async throws(APIStatus) -> ObjectList { throw Self.no }
        func watch(_ kind: ResourceKind, namespace: String?, from: String) async throws(APIStatus) -> any WatchStream {
            throw Self.no
        }
        func create(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object { throw Self.no }
        func update(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object { throw Self.no }
        func updateStatus(_ kind: ResourceKind, _ object: Object) async throws(APIStatus) -> Object { throw Self.no }
        func updateFinalizers(
            _ kind: ResourceKind,
            of metadata: ObjectMeta,
            to finalizers: [String]
        ) async throws(APIStatus) -> Object {
            try await self.replaceFinalizers(kind, of: metadata, to: finalizers)
        }

        var watchSilence: Duration? { nil }

        func delete(
            _ kind: ResourceKind,
            _ key: ObjectKey,
            preconditions: Preconditions,
            propagation: Propagation
        ) async throws(APIStatus) -> DeletionResult { throw Self.no }

        private static let no = APIStatus(.forbidden, "the right to get is all there is")
    }

    private static let key = ObjectKey(namespace: "default", name: "berlin")

    @Test("nothing but get is asked of the store, once until it should be asked again")
    func reading() async {
        let store = OneSecret()
        let reader = SecretReader(store: store) { [Self.key] }
        await reader.require([Self.key])
        await reader.require([Self.key])
        #expect(reader.get(Self.key)?.bytes("token") == Array("s3cret".utf8))
        #expect(store.reads.withLock(\.count) == 1)
        await reader.refresh([Self.key])
        #expect(store.reads.withLock(\.count) == 2)
    }

    @Test("subscribers hear of a change and of nothing else")
    func changes() async {
        let store = OneSecret()
        let reader = SecretReader(store: store) { [Self.key] }
        let heard = Mutex<[ObjectKey]>([])
        reader.subscribeToKeys { key in heard.withLock { $0.append(key) } }
        await reader.refresh([Self.key])
        await reader.refresh([Self.key])
        #expect(heard.withLock { $0 } == [])
        store.set(.success("another"))
        await reader.refresh([Self.key])
        #expect(heard.withLock { $0 } == [Self.key])
        store.set(.failure(APIStatus(.notFound, "gone")))
        await reader.refresh([Self.key])
        #expect(heard.withLock { $0 } == [Self.key, Self.key])
        #expect(reader.get(Self.key) == nil)
    }

    @Test("a read that fails keeps what was read before, and says why nothing else is known")
    func failures() async {
        let store = OneSecret()
        let reader = SecretReader(store: store) { [Self.key] }
        await reader.refresh([Self.key])
        store.set(.failure(APIStatus(.forbidden, "no right to get secrets")))
        await reader.refresh([Self.key])
        #expect(reader.get(Self.key)?.bytes("token") == Array("s3cret".utf8))
        #expect(reader.problem(Self.key) == "no right to get secrets")
        store.set(.success("s3cret"))
        await reader.refresh([Self.key])
        #expect(reader.problem(Self.key) == nil)
    }

    @Test("what no BigPeer names any more is forgotten")
    func forgetting() async {
        let store = OneSecret()
        let named = Mutex<Set<ObjectKey>>([Self.key])
        let reader = SecretReader(store: store) { named.withLock { $0 } }
        await reader.refresh([Self.key])
        named.withLock { $0 = [] }
        await reader.refresh([ObjectKey(namespace: "default", name: "paris")])
        #expect(reader.get(Self.key) == nil)
    }

    @Test("which Secrets are named is asked once for a reading, however many are known")
    func cost() async {
        let keys = (0..<50).map { ObjectKey(namespace: "default", name: "peer-\($0)") }
        let questions = Mutex(0)
        let reader = SecretReader(store: OneSecret()) {
            questions.withLock { $0 += 1 }
            return Set(keys)
        }
        await reader.refresh(Set(keys))
        #expect(questions.withLock { $0 } == keys.count)
    }
}
