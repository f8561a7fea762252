extension Reason {
    /// What the word means, in one sentence: the start of messages and the text of the reference page.
    package var sentence: String {
        switch self {
        case .synced: "The Big Peer holds what the spec says."
        case .creating: "The object is being created at the Big Peer."
        case .created: "The object was created at the Big Peer."
        case .updating: "The object at the Big Peer is being brought up to the spec."
        case .updated: "The object at the Big Peer was brought up to the spec."
        case .deleting: "The object at the Big Peer is being deleted."
        case .deleted: "The object at the Big Peer was deleted."
        case .orphaned: "The object stays at the Big Peer although its resource goes."
        case .adopted: "An object that existed at the Big Peer before is now looked after by this resource."
        case .drifted: "The object at the Big Peer was changed by somebody else."
        case .driftCorrected: "A change that somebody else made at the Big Peer was undone."
        case .progressing: "Work on the resource is under way."
        case .progressingWithRetry: "Work on the resource failed and will be tried again."
        case .awaitingRemote: "The Big Peer has taken a write and does not show it yet."
        case .manifestRefused: "The object's manifest was changed to what it must not become, or its file has an error."
        case .restoredFromManifest: "The object was deleted, and is made anew because its manifest still declares it."
        case .pruneHeldBack: "The manifest of the object is gone; the object stays, because that might be a mistake."
        case .suspended: "Nothing is done because spec.suspend is set."
        case .observed: "The Big Peer holds what the spec says; managementPolicy Observe changes nothing."
        case .differenceObserved: "The Big Peer differs from the spec; managementPolicy Observe changes nothing."
        case .bigPeerNotFound: "The BigPeer that the resource names does not exist."
        case .bigPeerNotReady: "The BigPeer that the resource names is not ready."
        case .appNotFound: "The app does not exist at the Big Peer."
        case .awaitingApp: "The app is declared, and not at the Big Peer yet."
        case .remoteNotFound: "The object does not exist at the Big Peer, and this resource does not create it."
        case .awaitingConnectTo: "The address of a replication named by connectTo is not known yet."
        case .credentialMissing:
            "Other machines can reach the peer and the app has no replication credential, so it is not replicated."
        case .secretNotFound: "A Secret that the resource names does not exist."
        case .secretInvalid: "A Secret that the resource names lacks a key or holds no usable value."
        case .secretUnreadable: "A Secret that the resource names cannot be read; often a right is missing."
        case .hostNotFound: "No process of the name in spec.embedded.host runs this peer."
        case .invalidSpec: "The spec breaks a rule; correct it."
        case .appIDMismatch: "The app exists at the Big Peer with another appId."
        case .appIDTaken: "Another app at the Big Peer has this appId."
        case .nameTakenByOtherApp: "Another app has a replication of this name; rename the resource."
        case .nameTaken: "An object of the name that the topology needs belongs to somebody else."
        case .resourceConflict: "An older resource looks after the same object at the Big Peer."
        case .adoptionRefused: "The object exists at the Big Peer and adoptionPolicy leaves it alone."
        case .incompatiblePeers: "Embedded and external Big Peers do not speak one replication protocol."
        case .deletionBlocked: "Deletion waits for something that must go first."
        case .deletionBudgetExceeded: "Too many deletions are due at once; they wait for a person's word."
        case .notConverging: "The Big Peer takes every write and still differs from the spec."
        case .reachable: "The Big Peer answers."
        case .unreachable: "The Big Peer cannot be reached."
        case .timedOut: "The Big Peer took too long to answer."
        case .tlsFailed: "The TLS handshake with the Big Peer failed."
        case .unauthorized: "The Big Peer did not accept the credentials."
        case .forbidden: "The Big Peer does not allow this with these credentials."
        case .rateLimited: "The Big Peer asked for fewer requests."
        case .circuitOpen: "The Big Peer failed repeatedly and is left alone for a while."
        case .requestRejected: "The Big Peer refused a request as wrong."
        case .invalidResponse: "The Big Peer's answer is not what its API promises."
        case .serverError: "The Big Peer failed inside."
        case .starting: "The embedded peer is starting."
        case .running: "The embedded peer runs."
        case .stopped: "The embedded peer is stopped."
        case .addressInUse: "An address on which the embedded peer should listen cannot be had."
        case .storageFailed: "The embedded peer's storage cannot be opened or written."
        case .notMeasured: "Whether data flows is not measured."
        case .live: "Data flows and nothing is outstanding."
        case .catchingUp: "Data flows and some of it is outstanding."
        case .queryRefused: "The other side cannot evaluate a query; the documents of the others come."
        case .disconnected: "There is no session with the other side."
        case .nothingSubscribed: "No side subscribes to anything, so no data flows."
        case .internalError: "Peerage met a defect of its own; please report it."
        }
    }

    /// Whether an event of this reason is a `Warning`; all others are `Normal`.
    package var isWarning: Bool {
        switch self {
        case .synced, .creating, .created, .updating, .updated, .deleting, .deleted, .orphaned, .adopted,
            .driftCorrected, .progressing, .awaitingRemote, .suspended, .observed, .awaitingConnectTo, .reachable,
            .starting, .running, .stopped, .notMeasured, .live, .catchingUp, .nothingSubscribed, .bigPeerNotReady,
            .awaitingApp, .restoredFromManifest:
            false
        case .drifted, .progressingWithRetry, .differenceObserved, .bigPeerNotFound, .appNotFound,
            .remoteNotFound, .credentialMissing, .secretNotFound, .secretInvalid, .secretUnreadable, .hostNotFound,
            .invalidSpec,
            .appIDMismatch, .appIDTaken,
            .nameTaken, .nameTakenByOtherApp, .resourceConflict, .adoptionRefused, .incompatiblePeers, .deletionBlocked,
            .deletionBudgetExceeded, .notConverging, .unreachable, .timedOut, .tlsFailed, .unauthorized, .forbidden,
            .rateLimited, .circuitOpen, .requestRejected, .invalidResponse, .serverError, .addressInUse,
            .storageFailed, .queryRefused, .disconnected, .manifestRefused, .pruneHeldBack, .internalError:
            true
        }
    }
}
