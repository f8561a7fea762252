import Resources

extension FolderStanding {
    /// More lines than this bury what else there is to tell.
    private static let shown = 20

    /// What is wrong, for the screen, after an empty line; nothing when all is well.
    func lines(width: Int?, paint: Paint) -> [String] {
        guard !self.isWell else { return [] }
        let sign = paint(Health.Level.stalled.sign, Health.Level.stalled.tone)
        var lines = ["", "\(sign) \(paint(self.folder.oneLine, .strong))  \(self.sentence)"]
        let rest = self.problemCount - min(self.problems.count, Self.shown)
        let texts =
            self.problems.prefix(Self.shown).map { (sign, $0.oneLine) }
            + (rest > 0 ? [(" ", "and \(rest) more")] : []) + [("→", self.advice)]
        for (mark, text) in texts {
            for (index, line) in text.wrapped(to: width.map { max(20, $0 - 6) }).enumerated() {
                lines.append("    \(index == 0 ? mark : " ") \(line)")
            }
        }
        return lines
    }

    /// A line for each thing that is wrong, or one that says that nothing is.
    package var checkLines: [CheckReport.Line] {
        guard !self.isWell else {
            let doubts = self.warningCount == 0 ? "" : ", with \(self.warningCount.of("warning"))"
            let message = self.isRead ? "all that it declares is applied\(doubts)" : "is being read for the first time"
            return [CheckReport.Line(.folder, self.folder, .passed, message)]
        }
        let rest = self.problemCount - min(self.problems.count, Self.shown)
        let messages = self.problems.prefix(Self.shown) + (rest > 0 ? ["\(rest) more problems"] : [])
        // One word of advice is enough for all of them.
        return messages.enumerated().map { index, message in
            let advice = index == messages.count - 1 ? self.advice : nil
            return CheckReport.Line(.folder, self.folder, .failed, message, advice: advice)
        }
    }

    private var sentence: String {
        let heldBack = self.heldBack > 0 ? ", \(self.heldBack.of("deletion")) held back" : ""
        return "\(self.problemCount.of("problem"))\(heldBack)"
    }

    /// What a person can do.
    private var advice: String {
        // All that is held back is told in one of the problems.
        guard self.problemCount > (self.heldBack > 0 ? 1 : 0) else {
            return
                "Put the manifests back; if the deletions are meant, do as the line says, or delete the objects by hand."
        }
        return "Correct the files, which are applied as soon as they change; "
            + "`peerage validate -f \(self.folder.oneLine) -R` tells all about them."
    }
}
