/// Admits a limited number of transfers to one origin at a time and lets the others wait in order.
///
/// Streams do not pass through: they last, and would block the place of many requests.
struct HostLane {
    private let limit: Int
    private var active = 0
    private var waiting: [TransferID] = []
    private var head = 0

    init(limit: Int) {
        self.limit = max(1, limit)
    }

    /// Whether nothing runs or waits.
    var isEmpty: Bool { self.active == 0 && self.head == self.waiting.count }

    /// Asks for a place.
    ///
    /// - Parameter id: who asks.
    /// - Returns: whether it may start now; otherwise `leave` will name it.
    mutating func enter(_ id: TransferID) -> Bool {
        guard self.active >= self.limit else {
            self.active += 1
            return true
        }
        self.waiting.append(id)
        return false
    }

    /// Gives a place back.
    ///
    /// - Parameter isWaiting: whether a transfer still wants the place that it waits for.
    /// - Returns: who takes the place.
    mutating func leave(next isWaiting: (TransferID) -> Bool) -> TransferID? {
        while self.head < self.waiting.count {
            let id = self.waiting[self.head]
            self.head += 1
            if self.head == self.waiting.count || self.head > 1_024 {
                self.waiting.removeFirst(self.head)
                self.head = 0
            }
            if isWaiting(id) { return id }
        }
        self.active -= 1
        return nil
    }
}
