/// Why something is as it is, as one word of a closed vocabulary.
///
/// Conditions, events and metric labels all use these words and no others, so that an alert on one of them never meets
/// a spelling of its own.
package enum Reason: String, Sendable, Hashable, CaseIterable {
    // The remote agrees, or we are about to make it agree.

    /// The remote holds what the spec says.
    case synced = "Synced"
    /// The remote object is being created.
    case creating = "Creating"
    /// The remote object was created.
    case created = "Created"
    /// The remote object is being brought up to the spec.
    case updating = "Updating"
    /// The remote object was brought up to the spec.
    case updated = "Updated"
    /// The remote object is being deleted.
    case deleting = "Deleting"
    /// The remote object was deleted.
    case deleted = "Deleted"
    /// The remote object stays although its resource goes.
    case orphaned = "Orphaned"
    /// A remote object that existed before is now looked after.
    case adopted = "Adopted"
    /// Somebody changed the remote object behind our back.
    case drifted = "Drifted"
    /// A change behind our back was undone.
    case driftCorrected = "DriftCorrected"
    /// Work on the resource is under way.
    case progressing = "Progressing"
    /// Work on the resource failed and will be tried again.
    case progressingWithRetry = "ProgressingWithRetry"
    /// The remote has taken a write and does not show it yet.
    case awaitingRemote = "AwaitingRemote"

    // A folder of manifests.

    /// The object's manifest was changed to what the object must not become, or its file has an error.
    case manifestRefused = "ManifestRefused"
    /// The object was gone, and its manifest still declares it.
    case restoredFromManifest = "RestoredFromManifest"
    /// The object's manifest is gone, and a deletion might be a mistake.
    case pruneHeldBack = "PruneHeldBack"

    // The user asked us not to act.

    /// `spec.suspend` is set.
    case suspended = "Suspended"
    /// Only looking, and the remote holds what the spec says.
    case observed = "Observed"
    /// Only looking, and the remote differs from the spec.
    case differenceObserved = "DifferenceObserved"

    // Something that the resource needs is not there.

    /// The BigPeer that the resource names does not exist.
    case bigPeerNotFound = "BigPeerNotFound"
    /// The BigPeer that the resource names is not ready.
    case bigPeerNotReady = "BigPeerNotReady"
    /// The app does not exist at the Big Peer.
    case appNotFound = "AppNotFound"
    /// The app is declared, and not at the Big Peer yet.
    case awaitingApp = "AwaitingApp"
    /// The remote object does not exist, and creating it is not our business.
    case remoteNotFound = "RemoteNotFound"
    /// An address that `connectTo` names is not known yet.
    case awaitingConnectTo = "AwaitingConnectTo"
    /// Other machines can reach the peer, and the app has no replication credential.
    case credentialMissing = "CredentialMissing"
    /// A Secret that the resource names does not exist.
    case secretNotFound = "SecretNotFound"
    /// A Secret that the resource names lacks a key, or holds no usable value.
    case secretInvalid = "SecretInvalid"
    /// A Secret that the resource names cannot be read.
    case secretUnreadable = "SecretUnreadable"
    /// No process of that name runs the embedded peer.
    case hostNotFound = "HostNotFound"

    // A person must decide.

    /// The spec breaks a rule.
    case invalidSpec = "InvalidSpec"
    /// The app exists with another `appId`.
    case appIDMismatch = "AppIDMismatch"
    /// Another app of the Big Peer has this `appId`.
    case appIDTaken = "AppIDTaken"
    /// Another app in the namespace has a replication of this name.
    case nameTakenByOtherApp = "NameTakenByOtherApp"
    /// An object of the name that a topology needs belongs to somebody else.
    case nameTaken = "NameTaken"
    /// Another resource looks after the same remote object.
    case resourceConflict = "ResourceConflict"
    /// A remote object exists already and the adoption policy leaves it alone.
    case adoptionRefused = "AdoptionRefused"
    /// An embedded peer and an external one cannot replicate with each other.
    case incompatiblePeers = "IncompatiblePeers"
    /// Deletion waits for something that must go first.
    case deletionBlocked = "DeletionBlocked"
    /// So many deletions were due at once that they wait for a person's word.
    case deletionBudgetExceeded = "DeletionBudgetExceeded"
    /// The remote takes every write and still differs.
    case notConverging = "NotConverging"

    // The way to the remote, or the remote itself.

    /// The Big Peer answers.
    case reachable = "Reachable"
    /// No connection to the Big Peer.
    case unreachable = "Unreachable"
    /// The Big Peer took too long to answer.
    case timedOut = "TimedOut"
    /// The TLS handshake with the Big Peer failed.
    case tlsFailed = "TLSFailed"
    /// The Big Peer wants other credentials.
    case unauthorized = "Unauthorized"
    /// The Big Peer does not allow this to these credentials.
    case forbidden = "Forbidden"
    /// The Big Peer asked us to slow down.
    case rateLimited = "RateLimited"
    /// The Big Peer failed so often that it is left alone for a while.
    case circuitOpen = "CircuitOpen"
    /// The Big Peer refused a request as wrong.
    case requestRejected = "RequestRejected"
    /// The Big Peer's answer is not what its API promises.
    case invalidResponse = "InvalidResponse"
    /// The Big Peer failed inside.
    case serverError = "ServerError"

    // Peers that we run.

    /// The embedded peer is starting.
    case starting = "Starting"
    /// The embedded peer runs.
    case running = "Running"
    /// The embedded peer is stopped.
    case stopped = "Stopped"
    /// An address on which the embedded peer should listen cannot be had.
    case addressInUse = "AddressInUse"
    /// The embedded peer's storage cannot be opened or written.
    case storageFailed = "StorageFailed"

    // Data.

    /// Nobody measures whether data flows.
    case notMeasured = "NotMeasured"
    /// Data flows and nothing is outstanding.
    case live = "Live"
    /// Data flows and some is outstanding.
    case catchingUp = "CatchingUp"
    /// The other side cannot evaluate a query: its documents do not come.
    case queryRefused = "QueryRefused"
    /// No session with the other side.
    case disconnected = "Disconnected"
    /// No side asks for any data.
    case nothingSubscribed = "NothingSubscribed"

    /// A defect of Peerage.
    case internalError = "InternalError"
}
