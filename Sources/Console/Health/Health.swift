import JSON
import KubernetesModel
import Resources

/// How an object is, judged from its status alone, by the rules of kstatus and with our own reasons.
///
/// Source: `sigs.k8s.io/cli-utils`, `pkg/kstatus/README.md`; unlike there, a kind of ours without any condition is not
/// called current but waiting for its controller, and a replication that its Big Peer holds but that moves no data is
/// not called ready.
package struct Health: Sendable, Hashable {
    /// How good or bad it is, the worst first.
    package enum Level: Int, Sendable, Hashable, Comparable {
        /// Nothing will happen until a person acts.
        case stalled
        /// Something is wrong; it is being tried again.
        case failing
        /// Its deletion was asked for, and something keeps it.
        case terminating
        /// On the way.
        case progressing
        /// A person stopped it.
        case suspended
        /// All is well.
        case ready

        /// Orders by urgency.
        package static func < (left: Level, right: Level) -> Bool { left.rawValue < right.rawValue }
    }

    /// How good or bad it is.
    package let level: Level
    /// Why, as one word.
    package let reason: String
    /// Why, for a person.
    package let message: String
    /// Since when, RFC 3339; empty when that is not known.
    package let since: String

    /// Judges an object of one of our kinds.
    ///
    /// - Parameters:
    ///   - object: The object.
    ///   - withLinks: Whether a replication's links count, which come and go while what its Big Peer holds is as it
    ///     should be.
    package init(of object: Object, withLinks: Bool = true) {
        let conditions = object.conditions
        let ready = conditions[.ready]
        let stalled = conditions[.stalled].flatMap { $0.status == .true ? $0 : nil }
        let reconciling = conditions[.reconciling].flatMap { $0.status == .true ? $0 : nil }
        let observed = object.observedGeneration
        if let time = object.metadata.deletionTimestamp {
            let cause = stalled ?? ready
            self.init(
                stalled == nil ? .terminating : .stalled,
                cause?.reason ?? Reason.deleting.rawValue,
                cause.map { "being deleted; \($0.message)" } ?? "being deleted",
                since: time
            )
        } else if object.spec?["suspend"]?.bool == true {
            self.init(.suspended, Reason.suspended.rawValue, Reason.suspended.sentence, since: "")
        } else if let observed, observed < object.metadata.generation {
            let message = "the controller has not seen the newest spec yet (generation \(object.metadata.generation))"
            self.init(.progressing, Reason.progressing.rawValue, message, since: "")
        } else if let stalled {
            self.init(.stalled, (ready ?? stalled).reason, stalled.message, since: stalled.lastTransitionTime)
        } else if withLinks, ready?.status == .true, let trouble = object.replicationTrouble {
            self.init(.failing, trouble.reason, trouble.message, since: trouble.lastTransitionTime)
        } else if let ready, ready.status == .true {
            self.init(.ready, ready.reason, ready.message, since: ready.lastTransitionTime)
        } else if let ready {
            let isFailing = Reason(rawValue: ready.reason)?.isWarning ?? (reconciling == nil)
            self.init(
                isFailing ? .failing : .progressing,
                ready.reason,
                ready.message,
                since: ready.lastTransitionTime
            )
        } else {
            self.init(
                .progressing,
                Reason.progressing.rawValue,
                "no controller has looked at it yet",
                since: object.metadata.creationTimestamp
            )
        }
    }

    private init(_ level: Level, _ reason: String, _ message: String, since: String) {
        self.level = level
        self.reason = reason
        self.message = message
        self.since = since
    }

    /// Whether nobody needs to look: ready, or stopped by a person.
    package var isWell: Bool { self.level >= .suspended }

    /// What a person can do; `nil` when there is nothing to do but wait.
    package var advice: String? { self.isWell ? nil : Reason(rawValue: self.reason)?.advice ?? self.level.advice }
}

extension Health.Level {
    /// One letter-sized sign for lists.
    package var sign: String {
        switch self {
        case .stalled, .failing: "✗"
        case .terminating, .progressing: "…"
        case .suspended: "‖"
        case .ready: "✓"
        }
    }

    /// The colour of the sign.
    package var tone: Tone {
        switch self {
        case .stalled, .failing: .bad
        case .terminating, .progressing, .suspended: .attention
        case .ready: .good
        }
    }

    /// One word for people and programs.
    package var word: String {
        switch self {
        case .stalled: "Stalled"
        case .failing: "Failing"
        case .terminating: "Terminating"
        case .progressing: "Progressing"
        case .suspended: "Suspended"
        case .ready: "Ready"
        }
    }

    fileprivate var advice: String? {
        switch self {
        case .progressing: "Wait; if nothing changes, check that `peerage run` is running."
        case .stalled, .failing, .terminating, .suspended, .ready: nil
        }
    }
}
