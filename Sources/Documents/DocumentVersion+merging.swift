/// Merging is commutative, associative and idempotent, so that peers agree whatever reaches them in whatever order.
extension DocumentVersion {
    /// Takes over what is newer in another version of the same document.
    ///
    /// The newest stamp wins in each field, and the latest deletion removes every field that is not newer. Of two values
    /// with one stamp, which no honest peer makes, the greater bytes win. A version of another document changes nothing.
    package mutating func merge(_ other: DocumentVersion) {
        guard self.id == other.id else { return }
        var merged: [Field] = []
        merged.reserveCapacity(self.fields.count + other.fields.count)
        var (first, second) = (0, 0)
        while first < self.fields.count, second < other.fields.count {
            let (mine, theirs) = (self.fields[first], other.fields[second])
            if mine.name == theirs.name {
                merged.append(mine.givesWay(to: theirs) ? theirs : mine)
                first += 1
                second += 1
            } else if mine.name < theirs.name {
                merged.append(mine)
                first += 1
            } else {
                merged.append(theirs)
                second += 1
            }
        }
        merged.append(contentsOf: self.fields[first...])
        merged.append(contentsOf: other.fields[second...])
        self.fields = merged
        self.existence = max(self.existence, other.existence)
        if let deletedAt = other.deletedAt { self.deletedAt = max(self.deletedAt ?? deletedAt, deletedAt) }
        self.normalize()
    }

    /// Both versions merged.
    package func merged(with other: DocumentVersion) -> DocumentVersion {
        var merged = self
        merged.merge(other)
        return merged
    }

    /// Whether another version knows all that this one knows, so that nothing is lost when this one is dropped.
    package func isNoNewer(than other: DocumentVersion) -> Bool {
        self.id == other.id && other.merged(with: self) == other
    }

    /// The same, of a version of which only the explicit stamps are there (`explicitStamps`).
    package func isNoNewer(thanExplicit stamps: FieldStamps) -> Bool {
        if let mine = self.deletedAt {
            guard let theirs = stamps.deletedAt, mine <= theirs else { return false }
        }
        guard self.existence <= max(stamps.base, stamps.deletedAt ?? stamps.base) else { return false }
        return self.fields.allSatisfy { field in
            if let deletedAt = stamps.deletedAt, field.stamp <= deletedAt { return true }
            return stamps.mark(of: field.name).map { field.stamp <= $0.stamp } ?? false
        }
    }
}

extension DocumentVersion {
    /// Whether this version knows all that the owner of explicit stamps knows.
    package func knows(explicit stamps: FieldStamps) -> Bool {
        if let theirs = stamps.deletedAt {
            guard let mine = self.deletedAt, theirs <= mine else { return false }
        }
        guard stamps.base <= self.existence else { return false }
        var index = 0
        return stamps.marks.allSatisfy { mark in
            while index < self.fields.count, self.fields[index].name < mark.name { index += 1 }
            if let deletedAt = self.deletedAt, mark.stamp <= deletedAt { return true }
            return index < self.fields.count && self.fields[index].name == mark.name
                && mark.stamp <= self.fields[index].stamp
        }
    }
}

extension DocumentVersion {
    /// Whether the owner of explicit stamps knows all that this version knows, and more.
    package func isStale(behind stamps: FieldStamps) -> Bool {
        self.isNoNewer(thanExplicit: stamps) && !self.knows(explicit: stamps)
    }
}

extension FieldStamps {
    /// Whether the owner of other explicit stamps knows all that the owner of these knows, and more.
    package func isStale(behind other: FieldStamps) -> Bool {
        self != other && other.covers(self) && !self.covers(other)
    }

    private func covers(_ other: FieldStamps) -> Bool {
        if let theirs = other.deletedAt {
            guard let mine = self.deletedAt, theirs <= mine else { return false }
        }
        guard other.base <= max(self.base, self.deletedAt ?? self.base) else { return false }
        return other.marks.allSatisfy { mark in
            if let deletedAt = self.deletedAt, mark.stamp <= deletedAt { return true }
            return self.mark(of: mark.name).map { mark.stamp <= $0.stamp } ?? false
        }
    }
}

extension DocumentVersion.Field {
    fileprivate func givesWay(to other: DocumentVersion.Field) -> Bool {
        if self.stamp != other.stamp { return self.stamp < other.stamp }
        guard let mine = self.value, let theirs = other.value else { return self.value == nil }
        return mine.lexicographicallyPrecedes(theirs)
    }
}
