import HeapModule

extension WorkQueue {
    /// Puts an item that waits nowhere where it must wait: in the heap until it is due, then in its partition's list.
    mutating func wait(_ index: Int, in place: WorkItem<Key>.Next) {
        self.items[index].place = place
        guard place.due <= self.clock else {
            self.lastTicket += 1
            self.items[index].state = .delayed(self.lastTicket)
            self.delayed.insert(Delayed(due: place.due, ticket: self.lastTicket, item: index))
            self.delayedCount += 1
            self.pruneDelayed()
            return
        }
        self.items[index].state = .ready
        self.readyCount += 1
        if place.lane == .drift { self.readyDriftCount += 1 }
        self.append(index, to: place)
        self.enroll(place.partition)
    }

    /// Takes a waiting item out of the heap or its list; its state is then to be set anew.
    mutating func stopWaiting(_ index: Int) {
        switch self.items[index].state {
        case .delayed:
            self.items[index].state = .free
            self.delayedCount -= 1
            self.pruneDelayed()
        case .ready:
            self.unlink(index)
            self.items[index].state = .free
            self.readyCount -= 1
            if self.items[index].place.lane == .drift { self.readyDriftCount -= 1 }
        case .free, .running, .runningAgain:
            break
        }
    }

    /// Keeps the top of the heap valid, and the heap no larger than twice what it must hold.
    private mutating func pruneDelayed() {
        while let top = self.delayed.min, !self.isValid(top) { self.delayed.removeMin() }
        guard self.delayed.count > 2 * self.delayedCount + 64 else { return }
        self.delayed = Heap(self.delayed.unordered.filter { self.isValid($0) })
    }

    private func isValid(_ entry: Delayed) -> Bool {
        if case .delayed(let ticket) = self.items[entry.item].state { ticket == entry.ticket } else { false }
    }

    /// Takes a free index for a key.
    mutating func takeItem(_ key: Key, place: WorkItem<Key>.Next) -> Int {
        guard let index = self.freeItem else {
            self.items.append(WorkItem(key: key, place: place, state: .free))
            return self.items.count - 1
        }
        self.freeItem = self.items[index].next
        self.items[index] = WorkItem(key: key, place: place, state: .free)
        return index
    }

    /// Gives an index back.
    mutating func releaseItem(_ index: Int) {
        self.items[index].key = nil
        self.items[index].state = .free
        self.items[index].next = self.freeItem
        self.freeItem = index
    }

    private mutating func append(_ index: Int, to place: WorkItem<Key>.Next) {
        let tail = self.partitions[place.partition]?[place.lane].tail
        self.items[index].previous = tail
        self.items[index].next = nil
        if let tail {
            self.items[tail].next = index
        } else {
            self.partitions[place.partition]?[place.lane].head = index
        }
        self.partitions[place.partition]?[place.lane].tail = index
    }

    private mutating func unlink(_ index: Int) {
        let place = self.items[index].place
        let previous = self.items[index].previous
        let next = self.items[index].next
        if let previous {
            self.items[previous].next = next
        } else {
            self.partitions[place.partition]?[place.lane].head = next
        }
        if let next {
            self.items[next].previous = previous
        } else {
            self.partitions[place.partition]?[place.lane].tail = previous
        }
        self.items[index].previous = nil
        self.items[index].next = nil
    }
}
