import PeerModel

extension PeerObject {
    /// A few differences from an observed object on one line, bounded.
    func summary(ofDifferencesFrom observed: PeerObject) -> String {
        let differences = self.differences(from: observed)
        let shown = differences.prefix(6).joined(separator: ", ")
        return differences.count > 6
            ? "Differences: \(shown), and \(differences.count - 6) more" : "Differences: \(shown)"
    }
}
