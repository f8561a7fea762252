import Clocks
import PeerModel

/// What a controller would do next about one remote object, as a value: the very requests its line would send.
package struct Plan: Sendable {
    /// One request that changes something, with what it changes.
    package struct PlannedStep: Sendable, Hashable {
        /// The request.
        package let request: PeerRequest
        /// What changes, a line each: `+ connections: a:4040`.
        package let differences: [String]
    }

    /// The requests in order; none when the remote agrees.
    package let steps: [PlannedStep]
    /// Where the line would end.
    package let outcome: Outcome

    /// Creates the plan of something that sends no requests of its own.
    package init(outcome: Outcome) {
        self.steps = []
        self.outcome = outcome
    }

    /// Runs the line of a subject, asking the peer for what it holds and only noting what would be written.
    ///
    /// - Parameters:
    ///   - subject: The resource and its surroundings.
    ///   - now: The time of day.
    ///   - read: Answers reads, for real.
    package init(of subject: RemoteSubject, at now: Timestamp, read: (PeerRequest) async -> PeerResponse) async {
        var line = RemoteLine(subject)
        var steps: [PlannedStep] = []
        var observed: PeerObject?
        var isGone = false
        var reply: RemoteLine.Reply?
        while true {
            switch line.next(reply, at: now) {
            case .store: reply = .stored
            case .finish(let outcome):
                self.steps = steps
                self.outcome = outcome
                return
            case .send(let request):
                switch request {
                case .create(_, let desired), .replace(_, let desired):
                    steps.append(PlannedStep(request: request, differences: desired.differences(from: observed)))
                    reply = .answered(.found(desired))
                case .delete:
                    steps.append(PlannedStep(request: request, differences: []))
                    isGone = true
                    reply = .answered(.done)
                case .read where isGone: reply = .answered(.absent(.object))
                case .read, .listApps:
                    let response = await read(request)
                    if case .found(let object) = response { observed = object }
                    reply = .answered(response)
                }
            }
        }
    }
}
