import Logging
import PeerSockets
import TableReplication

/// What the log is told: how links begin and end, and what stores fail at; never what is in a message.
extension ReplicationDriver {
    func logOpened(_ socket: PeerSocket, _ link: LinkID) {
        self.logger.debug(
            "a replication link opened",
            metadata: ["link": "\(link.text)", "address": "\(socket.remoteAddress)"]
        )
    }

    /// This side ends a link.
    func logClosing(_ socket: PeerSocket, _ link: LinkID, _ reason: LinkCloseReason) {
        self.logger.log(
            level: reason.level,
            "a replication link is closed",
            metadata: [
                "link": "\(link.text)", "address": "\(socket.remoteAddress)", "reason": "\(reason.rawValue)",
                "detail": "\(reason.sentence)",
            ]
        )
    }

    /// The other side, or the network, has ended a link.
    func logClosed(_ socket: PeerSocket, _ link: LinkID, _ reason: SocketClose) {
        let isUsual = reason.code == 1_000 || reason.code == 1_001
        self.logger.log(
            level: isUsual ? .debug : .info,
            "a replication link ended",
            metadata: [
                "link": "\(link.text)", "address": "\(socket.remoteAddress)", "code": "\(reason.code)",
                "detail": "\(reason.reason)",
            ]
        )
    }

    /// Somebody wants an app that is not replicated here: usually one that was forgotten, or is called otherwise.
    func logStranger(_ address: String, app: String) {
        self.logger.warning(
            "a login was refused: its app is not replicated here",
            metadata: [
                "address": "\(address)", "app": "\(app)",
                "remedy": "create the app here, give it a replication credential, or correct who dials",
            ]
        )
    }

    static func logFailure(_ failure: StoreFailure, of app: String, _ logger: Logger) {
        logger.error(
            "an app's store failed what replication asked of it",
            metadata: ["app": "\(app)", "error": "\(failure.reason)"]
        )
    }
}

extension LinkCloseReason {
    /// How much a person wants to know of it: strangers who cannot log in must not fill the log with warnings.
    fileprivate var level: Logger.Level {
        switch self {
        case .superseded, .configurationChanged, .storeClosed, .tombstonesPurged: .debug
        case .notLetInYet, .loginTimeout, .tooManyLogins, .messagesBeforeLogin, .unknownApp, .badMessage,
            .messageTooLong, .silent,
            .connectedToSelf:
            .info
        case .loginRefused, .serverNotProved, .tooManySessions, .creditExceeded, .storeFailed: .warning
        }
    }
}

extension LinkID {
    fileprivate var text: String {
        switch self {
        case .dialled(let number): "dialled-\(number)"
        case .accepted(let number): "accepted-\(number)"
        }
    }
}
