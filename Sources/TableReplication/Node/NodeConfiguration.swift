/// Everything that a peer's replication is told to do.
package struct NodeConfiguration: Hashable, Sendable {
    /// This peer's key, 32 lower-case hexadecimal digits.
    package var peerKey: String
    /// The apps by their id.
    package var apps: [String: AppConfiguration]
    /// Times and sizes.
    package var timing: NodeTiming

    /// Creates a configuration.
    package init(peerKey: String, apps: [String: AppConfiguration] = [:], timing: NodeTiming = NodeTiming()) {
        self.peerKey = peerKey
        self.apps = apps
        self.timing = timing
    }
}

/// What one app replicates: the union of the app's replication resources.
package struct AppConfiguration: Hashable, Sendable {
    /// The app's id.
    package var appId: String
    /// The app's name.
    package var appName: String
    /// The replication credential; the app's id when none is set.
    package var password: String
    /// Who is dialled.
    package var connections: Set<PeerAddress>
    /// What is received, by collection.
    package var subscriptions: [String: Subscription]

    /// Creates the configuration of an app.
    package init(
        appId: String,
        appName: String,
        password: String? = nil,
        connections: Set<PeerAddress> = [],
        subscriptions: [String: Subscription] = [:]
    ) {
        self.appId = appId
        self.appName = appName
        self.password = password ?? appId
        self.connections = connections
        self.subscriptions = subscriptions
    }

    /// Whether a login with this name means the app.
    func isNamed(_ name: String) -> Bool { name == self.appId || name == self.appName }
}

/// Where a peer is dialled.
package struct PeerAddress: Hashable, Sendable, Comparable {
    /// `host:port`, as the resource has it.
    package let hostAndPort: String
    /// Whether TLS is spoken.
    package let isSecure: Bool

    /// Creates an address.
    package init(_ hostAndPort: String, isSecure: Bool = false) {
        self.hostAndPort = hostAndPort
        self.isSecure = isSecure
    }

    /// Orders by text.
    package static func < (first: PeerAddress, second: PeerAddress) -> Bool {
        first.hostAndPort != second.hostAndPort
            ? first.hostAndPort < second.hostAndPort : !first.isSecure && second.isSecure
    }
}

/// What is received of one collection.
package struct Subscription: Hashable, Sendable {
    /// DQL conditions, of which one must be true.
    package var queries: [String]
    /// What becomes of copies that leave the queries.
    package var onLeave: LeavePolicy
    /// The columns to ask a foreign publisher for, the key first; empty asks for what it offers.
    package var columns: [String]

    /// Creates a subscription.
    package init(queries: [String], onLeave: LeavePolicy = .keep, columns: [String] = []) {
        self.queries = queries
        self.onLeave = onLeave
        self.columns = columns
    }
}

/// The times and sizes that a node keeps to.
package struct NodeTiming: Hashable, Sendable {
    /// The first ceiling of the wait before dialling again, and the last.
    package var redial: ClosedRange<Duration> = .milliseconds(500) ... .seconds(32)
    /// Silence after which a peer of ours is asked whether it lives.
    package var ownKeepAlive = Duration.seconds(20)
    /// Silence after which a foreign side is asked.
    package var foreignKeepAlive = Duration.seconds(60)
    /// How long an older link may stay silent once its peer has come with a new one.
    package var suspicion = Duration.seconds(5)
    /// How often a moved position without rows is passed on.
    package var idleProgress = Duration.seconds(1)
    /// How long a collection rests that was refused or failed.
    package var retry = Duration.seconds(32)
    /// The bytes that a publisher may be ahead of what has been applied, per session.
    package var window = 4 * 1_024 * 1_024
    /// The bytes that a batch aims at.
    package var batchBytes = 256 * 1_024
    /// Wrong logins from one address within a minute after which it is not listened to.
    package var wrongLoginsPerMinute = 10

    /// Creates the default times and sizes.
    package init() {}
}
