import Resources

extension Reason {
    /// What a person can do about it, as whole sentences; `nil` when there is nothing to do.
    package var advice: String? {
        switch self {
        case .synced, .created, .updated, .deleted, .orphaned, .adopted, .driftCorrected, .observed, .reachable,
            .running, .live, .catchingUp, .notMeasured, .creating, .updating, .deleting, .starting:
            nil
        case .progressing, .awaitingRemote:
            "Wait; if nothing changes, check that `peerage run` is running."
        case .progressingWithRetry, .serverError, .invalidResponse:
            "It is tried again by itself; if it lasts, look at the Big Peer's own log."
        case .suspended: "Let it go on with `peerage resume` when it is time."
        case .drifted: "Find out who changes the Big Peer besides Peerage; the change is being undone."
        case .differenceObserved: "See the steps with `peerage diff`; set spec.managementPolicy to Full to let it act."
        case .bigPeerNotFound:
            "Apply the BigPeer, or correct what names it: spec.bigPeerRef.name, or spec.endpoint of the BigPeer."
        case .awaitingApp: "Wait a moment; `peerage describe bigpeerapp` says how far the app is."
        case .bigPeerNotReady: "Bring the BigPeer to Ready first: `peerage describe bigpeer` says what it lacks."
        case .appNotFound: "Apply a BigPeerApp with an appId for it, or correct the app's name."
        case .remoteNotFound: "Give the resource what it takes to create it (an app needs spec.appId)."
        case .awaitingConnectTo: "Apply the BigPeerReplication that spec.connectTo names, or correct the name."
        case .credentialMissing:
            "Put the app's password into spec.embedded.replication.credentials of the BigPeer, the same at every peer."
        case .secretNotFound: "Apply the Secret in the same namespace, or correct its name in the spec."
        case .secretInvalid: "Put the key that the spec names into the Secret."
        case .secretUnreadable: "Grant the process the right to get that Secret; docs/cluster.md lists the rights."
        case .hostNotFound: "Start a process for it with `peerage host --name NAME`, or correct spec.embedded.host."
        case .invalidSpec:
            "Correct what the message names; where a field cannot be changed, put its old value back, or delete the "
                + "object and create it anew."
        case .appIDMismatch: "Take the appId that the Big Peer holds into spec.appId, or use another app name."
        case .appIDTaken: "Use the name that the Big Peer has for this appId, or another appId."
        case .nameTakenByOtherApp: "Rename the resource: replication names are unique across the apps of a Big Peer."
        case .nameTaken: "Delete or rename the object that has the name, or rename the topology or its members."
        case .resourceConflict: "Delete one of the two resources, or let it name another object."
        case .manifestRefused: "Mend the file or undo the change in it, or delete the object and let it be made anew."
        case .restoredFromManifest: "To delete the object for good, delete it in the file that the message names."
        case .pruneHeldBack:
            "Put the manifest back, or mend what the message names; if the deletion is meant, delete the object by hand "
                + "or start with a higher --max-deletes."
        case .adoptionRefused: "Set spec.adoptionPolicy to Adopt to take the object over, or delete it there."
        case .incompatiblePeers: "Connect embedded peers with embedded ones, and external ones with external ones."
        case .deletionBlocked:
            "Delete what it waits for first, or let go with `peerage delete --force-orphan`: the remote object stays."
        case .deletionBudgetExceeded: "Check that so many deletions are meant, then raise --max-deletes."
        case .notConverging: "Find out what else writes to the Big Peer, or whether it changes what it is given."
        case .unreachable: "Check that the Big Peer runs and that its URL is right."
        case .timedOut: "Check the network on the way to the Big Peer, or raise spec.endpoint.timeout."
        case .tlsFailed: "Check the Big Peer's certificate and spec.endpoint.tls."
        case .unauthorized:
            "Name a Secret with a valid token in spec.endpoint.auth, or put one into the Secret that it names."
        case .forbidden: "Use a token that may do this at the Big Peer."
        case .rateLimited:
            "Wait until the moment that the message names; lower spec.endpoint.rateLimit if it lasts."
        case .circuitOpen: "Bring the Big Peer back; it is asked again by itself after a while."
        case .requestRejected: "Read what the Big Peer says and correct the spec."
        case .stopped: "Start the process that runs it: `peerage run` or `peerage host`."
        case .addressInUse: "Free the address, or choose another in spec.embedded.listen."
        case .storageFailed: "Check that the data directory exists, is writable and has room."
        case .queryRefused:
            "Correct the query in spec.queriesByCollection: `peerage validate` says what Peerage does not know."
        case .disconnected: "Check that the other side runs and can be reached at the addresses in status.connections."
        case .nothingSubscribed: "Put at least one query into spec.queriesByCollection on the side that shall receive."
        case .internalError: "Please report it, with the output of `peerage describe`."
        }
    }
}
