import HeapModule

/// The addresses that an app dials, with the ones that are due first at hand.
///
/// *Guarantees:* looking for what is due costs no more with ten thousand addresses than with one; of two that are due
/// at one time the smaller address comes first, so that a node stays a function of its inputs.
struct Dials: Sendable {
    /// A time at which an address was to be dialled when it was put here.
    private struct Due: Comparable, Sendable {
        let at: Duration
        let address: PeerAddress

        static func < (first: Due, second: Due) -> Bool {
            first.at != second.at ? first.at < second.at : first.address < second.address
        }
    }

    private var states: [PeerAddress: DialState] = [:]
    /// What is not as the state says any more is passed over when its turn comes.
    private var queue = Heap<Due>()

    /// The addresses, in no order.
    var addresses: some Collection<PeerAddress> { self.states.keys }

    /// What is known of an address; `nil` for one that is not dialled.
    subscript(address: PeerAddress) -> DialState? {
        get { self.states[address] }
        set {
            let before = self.states.updateValue(newValue, forKey: address)
            if let at = newValue?.nextAt, before?.nextAt != at { self.queue.insert(Due(at: at, address: address)) }
        }
    }

    /// The addresses that are like this, smallest first.
    func sorted(where isMeant: (DialState) -> Bool) -> [(address: PeerAddress, state: DialState)] {
        self.states.filter { isMeant($0.value) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The address to be dialled next, and when; `nil` when none waits.
    mutating func next() -> (address: PeerAddress, state: DialState, at: Duration)? {
        while let due = self.queue.min {
            if let state = self.states[due.address], state.link == nil, state.nextAt == due.at {
                return (due.address, state, due.at)
            }
            _ = self.queue.popMin()
        }
        return nil
    }
}

extension Dictionary {
    /// Sets or removes, and gives what was there.
    fileprivate mutating func updateValue(_ value: Value?, forKey key: Key) -> Value? {
        if let value { self.updateValue(value, forKey: key) } else { self.removeValue(forKey: key) }
    }
}
