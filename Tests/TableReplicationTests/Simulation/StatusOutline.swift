@testable import TableReplication

/// What people see of a link, but for the figures that move with every change.
struct StatusOutline {
    /// Whose link it is, how far it is, and how far and how sound its collections are.
    let lines: [String]
    /// The collections that are behind.
    private let behind: Set<String>

    init(_ link: LinkStatus) {
        // To people a login is a part of the connecting.
        let state = link.state == .loggingIn ? .connecting : link.state
        self.lines =
            [link.peer, link.address, state.rawValue, link.lastError ?? ""]
            + link.collections.map { "\($0.name) \($0.isLive) \($0.problem ?? "")" }
            + link.publishing.map { "\($0.name) \($0.isLive)" }
        self.behind = Set(link.collections.filter { !$0.isLive || $0.lagChanges > 0 }.map(\.name))
    }

    /// Whether people must hear of it at once who have heard of another: figures that rise have time.
    func isNews(to other: StatusOutline) -> Bool {
        self.lines != other.lines || !self.behind.isSuperset(of: other.behind)
    }
}
