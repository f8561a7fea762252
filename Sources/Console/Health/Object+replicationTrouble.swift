import JSON
import KubernetesModel
import Resources

extension Object {
    /// Why no data flows, if that is for somebody to look at: what a controller has measured of a replication.
    ///
    /// A side that only waits to be dialled may well have nobody to talk to for days.
    var replicationTrouble: Condition? {
        guard let condition = self.conditions[.replicating], condition.status == .false,
            Reason(rawValue: condition.reason)?.isWarning == true
        else { return nil }
        let isDialling = self.status?["connections"]?.array?.isEmpty == false
        return condition.reason == Reason.disconnected.rawValue && !isDialling ? nil : condition
    }
}
