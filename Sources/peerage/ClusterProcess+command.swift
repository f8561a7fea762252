import Console
import KubernetesModel
import Operator

extension ClusterProcess {
    /// Works to the end, and says in a sentence why it could not go on.
    ///
    /// - Parameter address: Where the probes are answered, in the user's words.
    /// - Throws: That sentence, with the exit code.
    func runCommand(listening address: String?) async throws(CommandFailure) {
        do {
            try await self.run()
        } catch let status as APIStatus {
            throw CommandFailure(.couldNotTell, status.sentence)
        } catch {
            let isTaken = isAddressInUse(error)
            let hint = "cannot listen on \(address ?? ""): something else does; choose another --health-listen"
            throw CommandFailure(isTaken ? .couldNotTell : .no, isTaken ? hint : "cannot go on: \(error)")
        }
    }
}
