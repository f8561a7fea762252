import PeerModel
import Resources

/// What a status tells of the apps that a Big Peer lists: of a list of any shape, only what the status's schema takes.
///
/// A status that breaks its schema is refused by a cluster's API server, and the resource would be stuck for ever.
struct AppListing {
    /// As many as the schema takes.
    private static let maximumCount = 4_096
    /// As long as the schema takes.
    private static let maximumNameLength = 256
    /// So that the object stays well below the 1.5 MiB that etcd takes.
    private static let maximumBytes = 256 << 10

    /// The apps by name, each once.
    let apps: [BigPeerStatus.App]
    /// What was left out, for a person; `nil` when nothing was.
    let remark: String?

    init(_ listed: [PeerApp]) {
        var apps: [BigPeerStatus.App] = []
        var (unfit, repeated, overflow, bytes) = (0, 0, 0, 0)
        for app in listed.sorted(by: { ($0.name, $0.appID ?? "") < ($1.name, $1.appID ?? "") }) {
            let size = app.name.utf8.count + 64
            if app.name.isEmpty || app.name.utf8.count > Self.maximumNameLength
                || app.name.unicodeScalars.contains(where: \.isUnseen)
            {
                unfit += 1
            } else if apps.last?.name == app.name {
                repeated += 1
            } else if apps.count == Self.maximumCount || bytes + size > Self.maximumBytes {
                overflow += 1
            } else {
                bytes += size
                apps.append(BigPeerStatus.App(name: app.name, appID: app.appID.flatMap(AppID.init)))
            }
        }
        self.apps = apps
        let parts = [
            (unfit, "with a name that is empty, too long or not readable"), (repeated, "with the name of another"),
            (overflow, "beyond what a status holds"),
        ]
        let words = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
        self.remark = words.isEmpty ? nil : "of its apps, status.apps leaves out \(words.joined(separator: ", "))"
    }
}
