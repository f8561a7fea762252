import Dispatch
import Synchronization

extension Array where Element: Sendable {
    /// Maps on as many threads as there are cores, for work of which no part depends on another.
    ///
    /// - Parameter transform: What is made of an element; called on several threads at once.
    /// - Returns: The results, in the order of the elements.
    package func mapSideBySide<Result: Sendable>(_ transform: @Sendable (Element) -> Result) -> [Result] {
        let results = Mutex<[Result?]>([Result?](repeating: nil, count: self.count))
        DispatchQueue.concurrentPerform(iterations: self.count) { index in
            let result = transform(self[index])
            results.withLock { $0[index] = result }
        }
        return results.withLock { $0.compactMap(\.self) }
    }
}
