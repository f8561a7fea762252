import Clocks
import ControllerRuntime
import JSON
import KubernetesModel
import Logging
import Metering
import Resources
import Synchronization
import Testing

@testable import Operator

@Suite("Controllers under another Lease")
struct RivalControllersTests {
    private static let own = ObjectKey(namespace: "peerage-system", name: "peerage-controller")
    private static let other = ObjectKey(namespace: "peerage-system", name: "old-controller")

    /// Counts warnings.
    private struct Listener: LogHandler {
        let warnings: Warnings
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        final class Warnings: Sendable {
            let leases = Mutex<[String]>([])
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            guard event.level == .warning, let lease = event.metadata?["lease"] else { return }
            self.warnings.leases.withLock { $0.append("\(lease)") }
        }
    }

    private let time = ManualTime()
    private let warnings = Listener.Warnings()

    private func rivals(in namespaces: [String] = []) -> RivalControllers {
        let warnings = self.warnings
        return RivalControllers(
            own: Self.own,
            scope: ControllerScope(namespaces),
            time: self.time,
            logger: Logger(label: "test") { _ in Listener(warnings: warnings) }
        )
    }

    private static func lease(_ key: ObjectKey, renewed: Int, holder: String = "b", scope: String? = "*") -> KnownLease
    {
        var metadata = ObjectMeta(name: key.name, namespace: key.namespace)
        if let scope { metadata.annotations[PeerageAPI.scopeAnnotation] = scope }
        let spec: JSONValue = ["holderIdentity": .string(holder), "renewTime": .string("\(renewed)")]
        return KnownLease(Object(kind: .lease, metadata: metadata, content: ["spec": spec]))
    }

    private static func change(
        _ old: KnownLease?,
        _ new: KnownLease?,
        at key: ObjectKey = other,
        isInitial: Bool = false
    ) -> InformerChange<KnownLease> {
        InformerChange(key: key, old: old, new: new, isInitial: isInitial)
    }

    @Test("one that renews its Lease is warned of once, and forgotten when it falls silent or gives the Lease back")
    func rival() {
        let rivals = self.rivals()
        let leases = (0..<5).map { Self.lease(Self.other, renewed: $0) }
        rivals.heard([Self.change(nil, leases[0], isInitial: true)])
        #expect(rivals.count == 0, "it may have been left behind")
        self.time.advance(by: .seconds(2))
        rivals.heard([Self.change(leases[0], leases[1])])
        rivals.heard([Self.change(leases[1], leases[2])])
        #expect(rivals.count == 1)
        #expect(self.warnings.leases.withLock { $0 } == ["peerage-system/old-controller"])

        self.time.advance(by: RivalControllers.patience)
        #expect(rivals.count == 0)
        rivals.heard([Self.change(leases[2], leases[3])])
        #expect(self.warnings.leases.withLock(\.count) == 2)
        rivals.heard([Self.change(leases[3], Self.lease(Self.other, renewed: 9, holder: ""))])
        #expect(rivals.count == 0)
    }

    @Test("one that begins now is a rival at once, and none any more when its Lease is deleted")
    func newcomer() {
        let rivals = self.rivals()
        let lease = Self.lease(Self.other, renewed: 0)
        rivals.heard([Self.change(nil, lease)])
        #expect(rivals.count == 1)
        let registry = MetricsRegistry()
        rivals.expose(in: registry)
        #expect(String(decoding: registry.text, as: UTF8.self).contains("\npeerage_rival_controllers 1\n"))
        rivals.heard([Self.change(lease, nil)])
        #expect(rivals.count == 0)
    }

    @Test("its own Lease, those of others, and controllers of other namespaces are no rivals")
    func harmless() {
        let rivals = self.rivals(in: ["fleet", "shop"])
        let another = ObjectKey(namespace: Self.own.namespace, name: "kube-scheduler")
        rivals.heard([
            Self.change(nil, Self.lease(Self.own, renewed: 0), at: Self.own),
            Self.change(nil, Self.lease(another, renewed: 0, scope: nil), at: another),
            Self.change(nil, Self.lease(Self.other, renewed: 0, scope: "bakery")),
        ])
        #expect(rivals.count == 0)
        #expect(self.warnings.leases.withLock { $0 } == [])
        rivals.heard([Self.change(nil, Self.lease(Self.other, renewed: 1, scope: "bakery,shop"))])
        #expect(rivals.count == 1)
    }

    @Test("a scope is read as it was written", arguments: [[], ["fleet"], ["shop", "fleet"]])
    func scope(_ namespaces: [String]) throws {
        let scope = ControllerScope(namespaces)
        let text = try #require(scope.annotations[PeerageAPI.scopeAnnotation])
        #expect(ControllerScope(annotation: text) == scope)
        #expect(ControllerScope(annotation: "*").overlaps(scope))
    }
}
