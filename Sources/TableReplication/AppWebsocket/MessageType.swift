/// The message types that are known here; messages of any other type are ignored.
package enum MessageType: String, Sendable, Hashable, CaseIterable {
    // AppWebsocket: before and around the login.
    case appChallenge = "AppChallenge"
    case appChallengeResult = "AppChallengeResult"
    case appLogin = "AppLogin"
    case appLoginResult = "AppLoginResult"
    case appCheckLogin = "AppCheckLogin"
    case appCheckLoginResult = "AppCheckLoginResult"
    case appInfo = "AppInfo"
    case appInfoResult = "AppInfoResult"
    case checkBuild = "CheckBuild"
    case pbxInfo = "PbxInfo"
    case keepAlive = "KeepAlive"
    // Replication, both ways or one.
    case replicateStart = "ReplicateStart"
    case replicateStartResult = "ReplicateStartResult"
    case replicateNext = "ReplicateNext"
    case replicateNextResult = "ReplicateNextResult"
    case replicateAdd = "ReplicateAdd"
    case replicateAddResult = "ReplicateAddResult"
    case replicateUpdate = "ReplicateUpdate"
    case replicateUpdateResult = "ReplicateUpdateResult"
    case replicateDel = "ReplicateDel"
    case replicateDelResult = "ReplicateDelResult"
    // Between our own peers only.
    case replicateGet = "ReplicateGet"
    case replicateGetResult = "ReplicateGetResult"
    case replicateStop = "ReplicateStop"

    /// The types by their text, so that looking one up builds no string.
    private static let table: [[UInt8]: MessageType] = {
        var table: [[UInt8]: MessageType] = [:]
        for type in Self.allCases { table[Array(type.rawValue.utf8)] = type }
        return table
    }()

    /// The type of a text; `nil` when it is not known here.
    init?(text: some Collection<UInt8>) {
        guard let type = Self.table[Array(text)] else { return nil }
        self = type
    }
}
