import TableReplication

/// The edits of foreign clients that wait to be written, in their order.
///
/// Whoever puts the first one in must start to write; the writer takes all that has gathered until nothing is left.
struct EditQueue {
    /// An edit and whom to tell.
    typealias Waiting = (request: EditRequest, answer: @Sendable (EditResult) -> Void)

    private var waiting: [Waiting] = []
    private var isBusy = false

    /// Adds an edit and says whether the caller must start to write.
    mutating func add(_ request: EditRequest, _ answer: @escaping @Sendable (EditResult) -> Void) -> Bool {
        self.waiting.append((request, answer))
        defer { self.isBusy = true }
        return !self.isBusy
    }

    /// Takes everything; `nil` ends the writing.
    mutating func takeAll() -> [Waiting]? {
        guard !self.waiting.isEmpty else {
            self.isBusy = false
            return nil
        }
        defer { self.waiting = [] }
        return self.waiting
    }
}
