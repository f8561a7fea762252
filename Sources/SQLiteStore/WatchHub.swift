import KubernetesModel
import Synchronization

/// The one lock around the watch board, and the one place where sleeping readers are woken.
final class WatchHub: Sendable {
    typealias Board = WatchBoard<CheckedContinuation<Void, Never>>

    private let board: Mutex<Board>

    /// Creates a hub for kinds that last changed at these versions.
    init(lastChanges: [String: Int64], limits: ChangeLog.Limits) {
        self.board = Mutex(Board(lastChanges: lastChanges, limits: limits))
    }

    /// How many watches are open.
    var watchCount: Int { self.board.withLock(\.count) }

    func open(_ kind: String, namespace: String?, after version: Int64) throws(APIStatus) -> Board.ID {
        let result = self.board.withLock { board in
            Result { () throws(APIStatus) in try board.open(kind, namespace: namespace, after: version) }
        }
        return try result.get()
    }

    func announce(_ changes: [Change]) {
        let woken = self.board.withLock { $0.announce(changes) }
        for waiter in woken { waiter.resume() }
    }

    func step(_ id: Board.ID, limit: Int) -> Board.Step {
        self.board.withLock { $0.step(id, limit: limit) }
    }

    /// Sleeps until there is something to do for a watch or the task is cancelled.
    func sleep(_ id: Board.ID) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isAsleep = self.board.withLock { $0.sleep(id, waiter) }
                if !isAsleep { waiter.resume() }
            }
        } onCancel: {
            self.board.withLock { $0.interrupt(id) }?.resume()
        }
        // From here on the handler cannot run any more.
        self.board.withLock { $0.resume(id) }
    }

    func close(_ id: Board.ID) {
        self.board.withLock { $0.close(id) }?.resume()
    }

    /// Ends all watches and lets no new ones begin.
    func close() {
        let woken = self.board.withLock { $0.closeAll() }
        for waiter in woken { waiter.resume() }
    }
}
