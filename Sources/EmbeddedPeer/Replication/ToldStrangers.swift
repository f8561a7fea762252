/// Who wanted which app that is not replicated here, as far as the log has been told: each is told once.
///
/// Names and addresses are what strangers make of them, so what is remembered is bounded; of what does not fit nothing is
/// told, for a log that is full of strangers hides everything else.
struct ToldStrangers {
    private static let maximumAddresses = 256
    private static let maximumApps = 16

    private var told: [String: Set<String>] = [:]

    /// Whether the log is to be told, which it is taken to be then.
    mutating func isNews(_ address: String, _ app: String) -> Bool {
        let known = self.told[address]
        guard known != nil || self.told.count < Self.maximumAddresses else { return false }
        guard known?.contains(app) != true, (known?.count ?? 0) < Self.maximumApps else { return false }
        self.told[address, default: []].insert(app)
        return true
    }
}
