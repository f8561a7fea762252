import ArgumentParser
import Clocks

/// Reads `30s`, `5m`, `1h30m`.
@Sendable
func parseDuration(_ text: String) throws -> Duration {
    guard let duration = Duration(goText: text) else {
        throw ValidationError("\"\(text)\" is not a duration such as 30s, 5m or 1h30m.")
    }
    return duration
}
