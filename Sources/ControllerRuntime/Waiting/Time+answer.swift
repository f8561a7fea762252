import Clocks
import KubernetesModel

extension Time {
    /// What a store answers, or a failure when that takes too long; a store that hangs cannot delay it.
    ///
    /// The question is a task of its own: it is cancelled at the deadline and not waited for, and it is asked even
    /// when the own task is cancelled already.
    ///
    /// - Parameters:
    ///   - deadline: When to give up, on the steady clock.
    ///   - ask: The question.
    /// - Returns: The answer, or `Timeout`.
    package func answer<Value: Sendable>(
        by deadline: Duration,
        _ ask: @escaping @Sendable () async throws(APIStatus) -> Value
    ) async -> Result<Value, APIStatus> {
        let answers = OneAnswer<Result<Value, APIStatus>>()
        let question = Task {
            do throws(APIStatus) { answers.give(.success(try await ask())) } catch { answers.give(.failure(error)) }
        }
        let timer = Task {
            guard (try? await self.sleep(until: deadline)) != nil else { return }
            answers.give(.failure(APIStatus(.timeout, "the API server did not answer in time")))
        }
        defer {
            question.cancel()
            timer.cancel()
        }
        return await answers.wait()
    }
}
