import DequeModule

extension WorkQueue {
    /// The index of a partition, which is counted as used once more.
    mutating func use(_ name: Partition) -> Int {
        if let index = self.partitionOf[name] {
            self.partitions[index]?.uses += 1
            return index
        }
        var partition = WorkPartition(name: name)
        partition.uses = 1
        let index: Int
        if let free = self.freePartitions.popLast() {
            index = free
            self.partitions[free] = partition
        } else {
            index = self.partitions.count
            self.partitions.append(partition)
        }
        self.partitionOf[name] = index
        return index
    }

    /// Counts a partition as used once less.
    mutating func unuse(_ index: Int) {
        self.partitions[index]?.uses -= 1
        self.forgetIfUnused(index)
    }

    /// Drops a partition that nothing refers to and that has no limit of its own.
    ///
    /// One that still stands in a round is dropped when its turn comes.
    private mutating func forgetIfUnused(_ index: Int) {
        guard let partition = self.partitions[index], partition.uses == 0, partition.limit == nil,
            !partition.isInUserRound, !partition.isInDriftRound
        else { return }
        self.partitionOf[partition.name] = nil
        self.partitions[index] = nil
        self.freePartitions.append(index)
    }

    /// Lets a partition take its turn in each lane in which it can start something.
    mutating func enroll(_ index: Int) {
        for lane in WorkLane.allCases where self.canStart(index, lane) {
            guard let partition = self.partitions[index], !partition[isInRound: lane] else { continue }
            self.partitions[index]?[isInRound: lane] = true
            switch lane {
            case .user: self.userRound.append(index)
            case .drift: self.driftRound.append(index)
            }
        }
    }

    private func canStart(_ index: Int, _ lane: WorkLane) -> Bool {
        guard let partition = self.partitions[index] else { return false }
        return !partition[lane].isEmpty && partition.running < partition.limit ?? self.limits.perPartition
    }

    /// Takes the partition whose turn it is in a lane.
    mutating func nextPartition(_ lane: WorkLane) -> Int? {
        while let index = lane == .user ? self.userRound.popFirst() : self.driftRound.popFirst() {
            self.partitions[index]?[isInRound: lane] = false
            if self.canStart(index, lane) { return index }
            // It filled up, or emptied, after it had entered the round.
            self.forgetIfUnused(index)
        }
        return nil
    }

    /// Starts an item of a partition: of the lane whose turn brought the partition up, or of the drift lane when user
    /// work has had its share there.
    mutating func start(_ index: Int, _ lane: WorkLane) -> Work? {
        guard let partition = self.partitions[index] else { return nil }
        let share = self.limits.driftShare - 1
        let isDrift = lane == .drift || (partition.userStreak >= share && !partition.drift.isEmpty)
        guard let item = partition[isDrift ? .drift : .user].head, let key = self.items[item].key else { return nil }
        let due = self.items[item].place.due
        self.userStreak = isDrift || self.driftRound.isEmpty ? 0 : self.userStreak + 1
        self.partitions[index]?.userStreak = isDrift || partition.drift.isEmpty ? 0 : partition.userStreak + 1
        self.stopWaiting(item)
        self.items[item].state = .running
        self.partitions[index]?.running += 1
        self.runningCount += 1
        self.enroll(index)
        return Work(
            key: key,
            partition: partition.name,
            lane: isDrift ? .drift : .user,
            waited: max(.zero, self.clock - due)
        )
    }

    /// Ends the run of an item.
    mutating func leaveRun(_ item: Int, in partition: Int) {
        self.items[item].state = .free
        self.runningCount -= 1
        self.partitions[partition]?.running -= 1
        self.enroll(partition)
    }
}
