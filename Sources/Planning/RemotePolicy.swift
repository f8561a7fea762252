import Resources

/// How far Peerage may go with a remote object.
package struct RemotePolicy: Sendable, Hashable {
    /// Whether the user has stopped the syncing.
    package var isSuspended: Bool
    /// What happens to the remote when the resource goes.
    package var deletion: DeletionPolicy
    /// What happens when the remote is already there.
    package var adoption: AdoptionPolicy
    /// Whether anything may be written at all.
    package var management: ManagementPolicy
    /// How long an unchanged resource goes unchecked.
    package var driftInterval: Duration

    /// Creates a policy.
    package init(
        isSuspended: Bool = false,
        deletion: DeletionPolicy = .delete,
        adoption: AdoptionPolicy = .adoptIfEqual,
        management: ManagementPolicy = .full,
        driftInterval: Duration = .seconds(300)
    ) {
        self.isSuspended = isSuspended
        self.deletion = deletion
        self.adoption = adoption
        self.management = management
        self.driftInterval = driftInterval
    }
}
