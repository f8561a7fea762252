import KubernetesModel

/// The exit codes, the same for every command.
package enum Verdict: Int32, Sendable, Hashable {
    /// Done, or the answer is yes.
    case done = 0
    /// The answer is no: invalid, not ready, not found, differences.
    case no = 1
    /// Nobody could tell: unreadable, unreachable, not allowed.
    case couldNotTell = 2

    /// What an API's refusal amounts to.
    package init(of status: APIStatus) {
        self =
            switch status.reason {
            // Not even the kind is known there.
            case .notFound where status.name.isEmpty: .couldNotTell
            case .notFound, .alreadyExists, .conflict, .invalid, .badRequest, .requestEntityTooLarge: .no
            case .unauthorized, .forbidden, .methodNotAllowed, .expired, .unsupportedMediaType, .tooManyRequests,
                .internalError, .serviceUnavailable, .timeout:
                .couldNotTell
            }
    }

    /// The worse of two.
    package static func worst(_ left: Verdict, _ right: Verdict) -> Verdict {
        left.rawValue >= right.rawValue ? left : right
    }
}
