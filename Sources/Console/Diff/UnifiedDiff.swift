/// The differences between two texts, line by line, as `diff -u` prints them.
package struct UnifiedDiff: Sendable, Hashable {
    /// One line of the output.
    package enum Line: Sendable, Hashable {
        /// `@@ -1,4 +1,5 @@`.
        case place(String)
        /// In both.
        case same(String)
        /// Only in the first.
        case removed(String)
        /// Only in the second.
        case added(String)
    }

    /// The lines; none when the texts are the same.
    package let lines: [Line]

    /// Compares two texts.
    ///
    /// - Parameters:
    ///   - old: The first.
    ///   - new: The second.
    ///   - context: How many unchanged lines stand around changed ones.
    package init(from old: String, to new: String, context: Int = 3) {
        let edits = Self.edits(
            from: old.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init),
            to: new.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        )
        self.lines = Self.hunks(edits, context: context)
    }

    /// Whether the texts are the same.
    package var isEmpty: Bool { self.lines.isEmpty }

    /// All lines of both texts, in order, by the longest common subsequence.
    private static func edits(from old: [String], to new: [String]) -> [Line] {
        var removed: Set<Int> = []
        var added: Set<Int> = []
        for change in new.difference(from: old) {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): added.insert(offset)
            }
        }
        var edits: [Line] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            if left < old.count, removed.contains(left) {
                edits.append(.removed(old[left]))
                left += 1
            } else if right < new.count, added.contains(right) {
                edits.append(.added(new[right]))
                right += 1
            } else {
                edits.append(.same(old[left]))
                left += 1
                right += 1
            }
        }
        return edits
    }

    private static func hunks(_ edits: [Line], context: Int) -> [Line] {
        var shown: Set<Int> = []
        for (index, edit) in edits.enumerated() where !edit.isSame {
            shown.formUnion(max(0, index - context)...min(edits.count - 1, index + context))
        }
        var lines: [Line] = []
        var hunk: [Line] = []
        var (left, right) = (1, 1)
        var start = (1, 1)
        for (index, edit) in edits.enumerated() {
            if shown.contains(index) {
                if hunk.isEmpty { start = (left, right) }
                hunk.append(edit)
            } else if !hunk.isEmpty {
                lines += self.close(hunk, start)
                hunk = []
            }
            if !edit.isAdded { left += 1 }
            if !edit.isRemoved { right += 1 }
        }
        return hunk.isEmpty ? lines : lines + self.close(hunk, start)
    }

    private static func close(_ hunk: [Line], _ start: (Int, Int)) -> [Line] {
        let oldCount = hunk.count { !$0.isAdded }
        let newCount = hunk.count { !$0.isRemoved }
        // An empty side is named by the line before it (POSIX diff -u).
        let oldStart = oldCount == 0 ? start.0 - 1 : start.0
        let newStart = newCount == 0 ? start.1 - 1 : start.1
        return [.place("@@ -\(oldStart),\(oldCount) +\(newStart),\(newCount) @@")] + hunk
    }
}

extension UnifiedDiff.Line {
    fileprivate var isSame: Bool { if case .same = self { true } else { false } }
    fileprivate var isAdded: Bool { if case .added = self { true } else { false } }
    fileprivate var isRemoved: Bool { if case .removed = self { true } else { false } }

    /// The line as printed.
    package func text(_ paint: Paint) -> String {
        switch self {
        case .place(let text): paint(text, .faint)
        case .same(let text): " \(text)"
        case .removed(let text): paint("-\(text)", .bad)
        case .added(let text): paint("+\(text)", .good)
        }
    }
}
