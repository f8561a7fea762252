/// Why a link was closed by this side; a closed list, for status, logs and metrics.
package enum LinkCloseReason: String, Hashable, Sendable, CaseIterable {
    // Before the login.
    case notLetInYet = "NotLetInYet"
    case loginRefused = "LoginRefused"
    case loginTimeout = "LoginTimeout"
    case tooManyLogins = "TooManyLogins"
    case messagesBeforeLogin = "MessagesBeforeLogin"
    case serverNotProved = "ServerNotProved"
    case unknownApp = "UnknownApp"
    // The other side broke the protocol.
    case badMessage = "BadMessage"
    case messageTooLong = "MessageTooLong"
    case tooManySessions = "TooManySessions"
    case creditExceeded = "CreditExceeded"
    // Nothing arrived for too long.
    case silent = "Silent"
    // There is another link to the same peer, or it is this peer.
    case superseded = "Superseded"
    case connectedToSelf = "ConnectedToSelf"
    // This side does not want it any more.
    case configurationChanged = "ConfigurationChanged"
    case storeFailed = "StoreFailed"
    case storeClosed = "StoreClosed"
    // The other side must start from the beginning.
    case tombstonesPurged = "TombstonesPurged"

    /// One sentence for people.
    package var sentence: String {
        switch self {
        case .notLetInYet: "the other side did not take the login: it may still be opening the app"
        case .loginRefused: "the other side refused the login: check the app and its replication credential"
        case .loginTimeout: "the login was not finished in time"
        case .tooManyLogins: "too many wrong logins from this address"
        case .messagesBeforeLogin: "too many messages before the login"
        case .serverNotProved: "the server could not prove that it knows the app's replication credential"
        case .unknownApp: "the app is not replicated here"
        case .badMessage: "the other side sent a message that cannot be read"
        case .messageTooLong: "the other side sent a message that is too long"
        case .tooManySessions: "the other side started too many sessions"
        case .creditExceeded: "the other side sent more than it was allowed to"
        case .silent: "nothing came from the other side for too long"
        case .superseded: "another link to the same peer is used"
        case .connectedToSelf: "the address leads to this peer itself"
        case .configurationChanged: "the configuration does not want this link any more"
        case .storeFailed: "the store could not read or write"
        case .storeClosed: "the app's store was closed, restored or replaced"
        case .tombstonesPurged: "deletions that the other side has not seen are forgotten: it starts from the beginning"
        }
    }

    /// The code of the WebSocket close frame (RFC 6455 §7.4.1).
    package var code: UInt16 {
        switch self {
        case .badMessage, .creditExceeded: 1_002
        case .messageTooLong: 1_009
        case .notLetInYet, .loginRefused, .tooManyLogins, .messagesBeforeLogin, .serverNotProved, .unknownApp,
            .tooManySessions,
            .loginTimeout:
            1_008
        case .storeFailed: 1_011
        case .superseded, .connectedToSelf, .configurationChanged, .storeClosed, .tombstonesPurged, .silent: 1_000
        }
    }
}
