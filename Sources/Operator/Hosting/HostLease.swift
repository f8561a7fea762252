import Clocks
import JSON
import KubernetesModel

/// The Lease by which a host says that it is there, as a node of Kubernetes does: `peerage-host-NAME`.
struct HostLease: Sendable, Hashable {
    /// How long a host that is not heard of counts as there.
    static let duration = Duration.seconds(15)
    /// How often it lets itself be heard.
    static let renewInterval = Duration.seconds(5)

    private static let prefix = "peerage-host-"

    /// The host's name.
    var host: String
    /// Who is this host; empty when nobody is any more.
    var holder: String
    /// When the holder was last heard, by its own clock; only told apart from other times, never compared with a clock.
    var renewTime: String
    /// When the holder became the holder.
    var acquireTime: String
    /// How many holders there were before.
    var transitions: Int64

    /// The name of a host's Lease.
    static func name(of host: String) -> String { "\(Self.prefix)\(host)" }

    /// Reads a Lease; `nil` when it is none of a host.
    init?(_ object: Object) {
        guard object.metadata.name.hasPrefix(Self.prefix) else { return nil }
        self.host = String(object.metadata.name.dropFirst(Self.prefix.count))
        let spec = object.spec
        self.holder = spec?["holderIdentity"]?.string ?? ""
        self.renewTime = spec?["renewTime"]?.string ?? ""
        self.acquireTime = spec?["acquireTime"]?.string ?? ""
        self.transitions = spec?["leaseTransitions"]?.integer ?? 0
    }

    /// Writes the record into a Lease, new or as it was read.
    func write(into object: Object?, namespace: String) -> Object {
        var object =
            object ?? Object(kind: .lease, metadata: ObjectMeta(name: Self.name(of: self.host), namespace: namespace))
        object.spec = [
            "holderIdentity": .string(self.holder),
            "leaseDurationSeconds": .integer(Self.duration.components.seconds),
            "acquireTime": .string(self.acquireTime),
            "renewTime": .string(self.renewTime),
            "leaseTransitions": .integer(self.transitions),
        ]
        return object
    }

    /// A record of a holder that begins, or goes on.
    static func held(by holder: String, host: String, after before: HostLease?, now: Timestamp) -> HostLease {
        HostLease(host: host, holder: holder, after: before, now: now.rfc3339Micro)
    }

    private init(host: String, holder: String, after before: HostLease?, now: String) {
        let isSame = before?.holder == holder
        self.host = host
        self.holder = holder
        self.renewTime = now
        self.acquireTime = isSame ? before?.acquireTime ?? now : now
        self.transitions = (before?.transitions ?? 0) + (isSame || before == nil ? 0 : 1)
    }
}
