/// Why an app's documents are not to be had.
enum ShelfError: Error, Hashable {
    /// The peer holds no such app.
    case unknownApp
    /// Those of a deleted app with this id are still being removed.
    case leaving
    /// The peer stops.
    case closed
    /// They cannot be opened.
    case unusable(EmbeddedPeerError)
}

extension ShelfError: CustomStringConvertible {
    /// What is wrong, and what to do next.
    var description: String {
        switch self {
        case .unknownApp: "the peer holds no such app"
        case .leaving: "those of a deleted app with this id are still being removed"
        case .closed: "the peer is stopping"
        case .unusable(let error): error.description
        }
    }
}

extension PeerAPIError {
    /// What a client is told.
    init(_ error: ShelfError) {
        switch error {
        case .unknownApp: self = .appNotFound
        case .leaving, .closed, .unusable: self = .documentsUnavailable(error.description)
        }
    }
}
