import JSON
import KubernetesModel

/// What becomes of the remote object when its resource is deleted.
package enum DeletionPolicy: String, Sendable, Hashable, CaseIterable {
    /// It is deleted too.
    case delete = "Delete"
    /// It stays.
    case orphan = "Orphan"
}

/// What is done with a remote object that existed before its resource.
package enum AdoptionPolicy: String, Sendable, Hashable, CaseIterable {
    /// It is looked after if it already holds what the spec says; otherwise it is left alone.
    case adoptIfEqual = "AdoptIfEqual"
    /// It is brought up to the spec.
    case adopt = "Adopt"
    /// It is left alone, and the resource stalls.
    case fail = "Fail"
}

/// How much may be done to the remote object.
package enum ManagementPolicy: String, Sendable, Hashable, CaseIterable {
    /// Everything.
    case full = "Full"
    /// Only looking: nothing is ever created, changed or deleted.
    case observe = "Observe"
}

/// What a subscriber does with a document that no longer matches its queries.
package enum FilterLeavePolicy: String, Sendable, Hashable, CaseIterable {
    /// It keeps the document in its last state.
    case keep = "Keep"
    /// It drops its own copy, and only that.
    case evict = "Evict"
}

/// How a resource and its remote object are kept together: the fields that every managed kind has.
package struct SyncPolicy: Sendable, Hashable {
    /// Whether nothing should be done for now.
    package var isSuspended: Bool
    /// What becomes of the remote object at deletion.
    package var deletion: DeletionPolicy
    /// What is done with an object that was there before.
    package var adoption: AdoptionPolicy
    /// How much may be done.
    package var management: ManagementPolicy
    /// How often the remote is looked at when nothing changes here.
    package var driftInterval: Duration

    /// The interval of resources that say nothing.
    package static let defaultDriftInterval = Duration.seconds(300)
    /// The shortest interval that is allowed.
    package static let minimumDriftInterval = Duration.seconds(10)

    /// Creates a policy.
    package init(
        isSuspended: Bool = false,
        deletion: DeletionPolicy = .delete,
        adoption: AdoptionPolicy = .adoptIfEqual,
        management: ManagementPolicy = .full,
        driftInterval: Duration = Self.defaultDriftInterval
    ) {
        self.isSuspended = isSuspended
        self.deletion = deletion
        self.adoption = adoption
        self.management = management
        self.driftInterval = driftInterval
    }

    /// Reads the fields of a spec, with defaults for what is missing or unknown.
    init(_ spec: JSONValue?, defaultDeletion: DeletionPolicy) {
        self.isSuspended = spec?["suspend"]?.bool ?? false
        self.deletion = spec?["deletionPolicy"].flatMap(DeletionPolicy.init(json:)) ?? defaultDeletion
        self.adoption = spec?["adoptionPolicy"].flatMap(AdoptionPolicy.init(json:)) ?? .adoptIfEqual
        self.management = spec?["managementPolicy"].flatMap(ManagementPolicy.init(json:)) ?? .full
        let interval = spec?["driftInterval"]?.duration ?? Self.defaultDriftInterval
        self.driftInterval = max(interval, Self.minimumDriftInterval)
    }
}

extension RawRepresentable<String> {
    /// Reads a word of a closed list.
    init?(json: JSONValue) {
        guard let text = json.string else { return nil }
        self.init(rawValue: text)
    }
}
