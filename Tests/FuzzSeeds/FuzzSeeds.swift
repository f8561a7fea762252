import FoundationEssentials

/// The seeds with which a test on random input runs.
///
/// - Parameter usual: As many as take a moment.
/// - Returns: `0..<usual`; `make fuzz` asks for `FUZZ_SEEDS` from `FUZZ_FIRST` on.
package func fuzzSeeds(_ usual: UInt64) -> Range<UInt64> {
    let environment = ProcessInfo.processInfo.environment
    guard let count = environment["FUZZ_SEEDS"].flatMap({ UInt64($0) }) else { return 0..<usual }
    let first = environment["FUZZ_FIRST"].flatMap { UInt64($0) } ?? usual
    return first..<first + count
}
