import KubernetesModel
import Resources

extension Outcome.Standing {
    /// The conditions that tell a standing, without times.
    ///
    /// | standing | Ready | Synced | Reconciling | Stalled |
    /// |---|---|---|---|---|
    /// | synced | True | True | | |
    /// | progressing | False | Unknown | True | |
    /// | waiting | False | Unknown | True | |
    /// | stalled | False | False | | True |
    /// | observed, agrees | True | True | | |
    /// | observed, differs | False | False | | |
    /// | suspended | Unknown | Unknown | | |
    ///
    /// `Reconciling` and `Stalled` are there only when true, as kstatus reads them.
    ///
    /// - Parameter generation: The generation of the spec that was looked at.
    /// - Returns: The conditions; none when nothing is left to report on.
    package func conditions(generation: Int64) -> [Condition] {
        switch self {
        case .synced:
            let message = "the Big Peer holds what the spec says"
            return [
                Condition(.ready, .true, .synced, message, generation: generation),
                Condition(.synced, .true, .synced, message, generation: generation),
            ]
        case .progressing(let reason, let message):
            return [
                Condition(.ready, .false, reason, message, generation: generation),
                Condition(.synced, .unknown, reason, message, generation: generation),
                Condition(.reconciling, .true, .progressing, message, generation: generation),
            ]
        case .waiting(let reason, let message):
            return [
                Condition(.ready, .false, reason, message, generation: generation),
                Condition(.synced, .unknown, reason, message, generation: generation),
                Condition(.reconciling, .true, .progressingWithRetry, message, generation: generation),
            ]
        case .stalled(let reason, let message):
            return [
                Condition(.ready, .false, reason, message, generation: generation),
                Condition(.synced, .false, reason, message, generation: generation),
                Condition(.stalled, .true, reason, message, generation: generation),
            ]
        case .observed(agrees: true, let message):
            return [
                Condition(.ready, .true, .observed, message, generation: generation),
                Condition(.synced, .true, .observed, message, generation: generation),
            ]
        case .observed(agrees: false, let message):
            return [
                Condition(.ready, .false, .differenceObserved, message, generation: generation),
                Condition(.synced, .false, .differenceObserved, message, generation: generation),
            ]
        case .suspended:
            let message = "spec.suspend is set; nothing is checked or changed"
            return [
                Condition(.ready, .unknown, .suspended, message, generation: generation),
                Condition(.synced, .unknown, .suspended, message, generation: generation),
            ]
        case .released: return []
        }
    }

    /// Whether the run that tells this has not ended yet.
    var isUnderWay: Bool {
        if case .progressing(.creating, _) = self { true } else { false }
    }

    /// What a run that did not get there is worth telling; `nil` when it got there, or is on its way.
    package var complaint: Outcome.Notice? {
        switch self {
        // Waiting for something that is about to be there is not worth a word.
        case .waiting(let reason, let message), .stalled(let reason, let message):
            reason.isWarning ? Outcome.Notice(reason, message) : nil
        case .observed(agrees: false, let message): Outcome.Notice(.differenceObserved, message)
        case .synced, .progressing, .observed, .suspended, .released: nil
        }
    }
}
