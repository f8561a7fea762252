/// The warnings about manifests that the log has been told, so that each is told once as long as it lasts.
struct ToldWarnings {
    /// As many are told at a time: a fleet of thousands must not bury what else the log says.
    private static let most = 20

    private var told: Set<String> = []

    /// The lines to log of what a pass found.
    mutating func unheard(_ warnings: [String]) -> [String] {
        let news = warnings.filter { !self.told.contains($0) }
        self.told = Set(warnings)
        let rest = news.count - Self.most
        return news.prefix(Self.most) + (rest > 0 ? ["\(rest) more; `peerage validate` tells all"] : [])
    }
}
