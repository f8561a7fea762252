import JSON
import PeerModel

/// A change that a client asks for, read and checked as far as that is possible without the peer's state.
enum PeerCommand: Sendable {
    /// `POST …/app`
    case createApp(name: String, id: String, authProviders: JSONObject)
    /// `PUT` and `PATCH …/app/{app}`: the authentication providers are all that can change.
    case updateApp(name: String, BodyFields)
    /// `DELETE …/app/{app}`
    case deleteApp(name: String)
    /// `POST …/bigPeerReplication`
    case createReplication(PeerReplication, app: String)
    /// `PUT …/bigPeerReplication/{name}`: what is not given becomes empty.
    case replaceReplication(name: String, app: String, BodyFields)
    /// `PATCH …/bigPeerReplication/{name}`: what is not given stays.
    case patchReplication(name: String, app: String, BodyFields)
    /// `DELETE …/bigPeerReplication/{name}`
    case deleteReplication(name: String, app: String)
}

extension PeerCommand {
    /// Reads the command that creates an app; an app without an id is given a new one.
    static func createApp(_ fields: BodyFields) throws(PeerAPIError) -> PeerCommand {
        .createApp(
            name: try fields.name(),
            id: try fields.appID() ?? AppID.random(),
            authProviders: try fields.authProviders() ?? JSONObject()
        )
    }

    /// Reads the command that creates a replication.
    static func createReplication(_ fields: BodyFields, app: String) throws(PeerAPIError) -> PeerCommand {
        let replication = PeerReplication(
            name: try fields.name(),
            connections: try fields.connections() ?? [],
            queriesByCollection: try fields.queriesByCollection() ?? [:],
            evictsOnLeave: try fields.evictsOnLeave() ?? false
        )
        return .createReplication(replication, app: app)
    }
}
