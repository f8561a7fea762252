import ArgumentParser
import Console
import JSON
import KubernetesModel
import ResourceStore
import Resources

/// `peerage suspend`.
struct Suspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop looking after resources, until they are resumed.",
        discussion: """
            Sets spec.suspend. Nothing is checked or changed at the Big Peer meanwhile; what runs goes on running. \
            A manifest that says suspend: false wins at the next apply.

            Examples:
              peerage suspend bpr cars-berlin
              peerage suspend bigpeer/berlin      also stops what is on it
              peerage suspend bpr -l env=prod
            """
    )

    @OptionGroup var selection: Selection
    @OptionGroup var server: ServerOptions
    @OptionGroup var action: ActionOptions

    func run() async throws {
        let log = ActionLog("suspend", self.action.output)
        try await SuspensionChange(isSuspended: true).make(self.selection, self.server.session(), log)
    }
}

/// `peerage resume`.
struct Resume: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Look after suspended resources again.",
        discussion: """
            Examples:
              peerage resume bpr cars-berlin
              peerage resume bigpeer/berlin
              peerage resume --all
            """
    )

    @OptionGroup var selection: Selection
    @OptionGroup var server: ServerOptions
    @OptionGroup var action: ActionOptions

    func run() async throws {
        let log = ActionLog("resume", self.action.output)
        try await SuspensionChange(isSuspended: false).make(self.selection, self.server.session(), log)
    }
}

/// Sets or removes `spec.suspend`.
private struct SuspensionChange {
    let isSuspended: Bool

    func make(_ selection: Selection, _ session: Session, _ log: ActionLog) async throws {
        let editor = ObjectEditor(store: session.store)
        for target in try await selection.targets(in: session) {
            do throws(APIStatus) {
                let (_, isChanged) = try await editor.edit(target.kind, target.key) { object in
                    let isAlready = object.spec?["suspend"]?.bool ?? false
                    if isAlready != self.isSuspended { object.spec?["suspend"] = self.isSuspended ? true : nil }
                }
                let verb = self.isSuspended ? "suspended" : "resumed"
                log.tell(target.kind, target.key, isChanged ? verb : "unchanged")
            } catch {
                guard Verdict(of: error) == .no else { throw error }
                log.complain(target.kind, target.key, "refused", error.sentence)
            }
        }
        try log.end()
    }
}
