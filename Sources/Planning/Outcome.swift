import Resources

/// Where one run of a line has led.
package struct Outcome: Sendable, Hashable {
    /// How the remote object stands to the resource.
    package enum Standing: Sendable, Hashable {
        /// The remote holds what the spec says.
        case synced
        /// On the way; the next run goes on.
        case progressing(Reason, String)
        /// Held up by something that may pass.
        case waiting(Reason, String)
        /// Held up until a person acts.
        case stalled(Reason, String)
        /// Looked at, not touched; the remote agrees or not.
        case observed(agrees: Bool, String)
        /// The user has stopped the syncing.
        case suspended
        /// The finalizer is gone: there is nothing left to report on.
        case released
    }

    /// When the next run is due.
    package enum Next: Sendable, Hashable {
        /// When something changes.
        case whenChanged
        /// After an unchanged while, as a drift check.
        case driftCheck
        /// After a certain while, as work in progress.
        case after(Duration)
        /// After a growing while.
        case backOff
        /// After a growing while, and not before the peer wants.
        case backOffAtLeast(Duration)
    }

    /// Something worth an event.
    package struct Notice: Sendable, Hashable {
        /// What happened, as one word.
        package let reason: Reason
        /// What happened, for a person.
        package let message: String

        /// Creates a notice.
        package init(_ reason: Reason, _ message: String) {
            self.reason = reason
            self.message = message
        }
    }

    /// How the remote object stands to the resource.
    package let standing: Standing
    /// What the status shall remember.
    package let record: RemoteRecord?
    /// When the next run is due.
    package let next: Next
    /// What was done, for events.
    package let notices: [Notice]

    /// Creates an outcome.
    package init(_ standing: Standing, record: RemoteRecord?, next: Next, notices: [Notice] = []) {
        self.standing = standing
        self.record = record
        self.next = next
        self.notices = notices
    }
}
