import KubernetesModel
import Resources
import Spelling

/// The kinds that the command line knows, by all their names.
package enum CommandKinds {
    /// Kinds that become something at a Big Peer, or are one, in the order in which they depend on each other.
    package static let managed: [ResourceKind] = [
        .bigPeer, .bigPeerApp, .bigPeerReplication, .replicationTopology,
    ]
    /// All kinds.
    package static let all: [ResourceKind] = managed + [.secret, .configMap, .event, .namespace]

    /// The words that mean all kinds of ours.
    private static let categories = ["all", PeerageAPI.category]

    /// The kinds that a user's word means: one, several between commas, or `all`.
    package static func kinds(named text: String) throws(CommandFailure) -> [ResourceKind] {
        var kinds: [ResourceKind] = []
        for word in text.split(separator: ",") {
            let found =
                self.categories.contains(word.lowercased()) ? self.managed : [try self.kind(named: String(word))]
            kinds += found.filter { !kinds.contains($0) }
        }
        guard !kinds.isEmpty else { throw CommandFailure(.couldNotTell, "no kind is named: \(self.offer)") }
        return kinds
    }

    /// The kind that a user's word means.
    package static func kind(named word: String) throws(CommandFailure) -> ResourceKind {
        if let kind = self.all.first(where: { $0.isNamed(word) }) { return kind }
        let words = self.all.flatMap { [$0.singular, $0.plural] + $0.shortNames } + self.categories
        let hint = nearest(to: word, among: words).map { ": did you mean \"\($0)\"?" } ?? "; \(self.offer)"
        throw CommandFailure(.couldNotTell, "there is no kind \"\(word.oneLine)\"\(hint)")
    }

    /// The kind of an object, if it is known here.
    package static func kind(of object: Object) -> ResourceKind? {
        self.all.first { $0.kind == object.kind && $0.apiVersion == object.apiVersion }
    }

    private static var offer: String {
        "known are " + self.all.map { ([$0.singular] + $0.shortNames).joined(separator: "/") }.joined(separator: ", ")
    }
}

extension ResourceKind {
    /// `bigpeer.peerage.dev/berlin`, as kubectl names objects.
    package func label(of name: String) -> String {
        self.group.isEmpty ? "\(self.singular)/\(name)" : "\(self.singular).\(self.group)/\(name)"
    }
}
