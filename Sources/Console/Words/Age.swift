import Clocks

extension Duration {
    /// The duration as kubectl prints ages: `5s`, `3m20s`, `47h`, `12d`.
    ///
    /// Source: `k8s.io/apimachinery/pkg/util/duration.HumanDuration`.
    package var age: String {
        let seconds = self.components.seconds
        let (minutes, hours, days) = (seconds / 60, seconds / 3_600, seconds / 86_400)
        switch seconds {
        // A clock that is a little behind the server's is no reason to alarm anybody.
        case ..<(-1): return "<invalid>"
        case ..<0: return "0s"
        case ..<120: return "\(seconds)s"
        case ..<600: return Self.pair(minutes, "m", seconds % 60, "s")
        case ..<(3 * 3_600): return "\(minutes)m"
        case ..<(8 * 3_600): return Self.pair(hours, "h", minutes % 60, "m")
        case ..<(48 * 3_600): return "\(hours)h"
        case ..<(8 * 86_400): return Self.pair(days, "d", hours % 24, "h")
        case ..<(730 * 86_400): return "\(days)d"
        case ..<(8 * 365 * 86_400): return Self.pair(days / 365, "y", days % 365, "d")
        default: return "\(days / 365)y"
        }
    }

    private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large)\(largeUnit)" : "\(large)\(largeUnit)\(small)\(smallUnit)"
    }
}

extension Timestamp {
    /// The time since an RFC 3339 text, as kubectl prints it; `<unknown>` when there is none.
    package func age(since text: String?) -> String {
        guard let text, !text.isEmpty else { return "<unknown>" }
        return Timestamp(rfc3339: text).map { (self - $0).age } ?? "<invalid>"
    }
}
