import ArgumentParser
import Console
import JSON
import KubernetesModel
import Resources

/// `peerage suspend`.
struct Suspend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Stop looking after resources, until they are resumed.",
        discussion: """
            Sets spec.suspend. Nothing is checked or changed at the Big Peer meanwhile; what runs goes on running.

            Examples:
              peerage suspend bpr cars-berlin
              peerage suspend bigpeer/berlin      also stops what is on it
            """
    )

    @Argument(help: "KIND NAME… or KIND/NAME….", completion: .kinds)
    var objects: [String]

    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await SuspensionChange(isSuspended: true, objects: self.objects).make(self.server.session())
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
            """
    )

    @Argument(help: "KIND NAME… or KIND/NAME….", completion: .kinds)
    var objects: [String]

    @OptionGroup var server: ServerOptions

    func run() async throws {
        try await SuspensionChange(isSuspended: false, objects: self.objects).make(self.server.session())
    }
}

/// Sets or removes `spec.suspend`.
private struct SuspensionChange {
    let isSuspended: Bool
    let objects: [String]

    func make(_ session: Session) async throws {
        let editor = ObjectEditor(store: session.store)
        for argument in try ObjectArgument.parseManaged(self.objects) {
            let key = session.key(argument.kind, argument.name ?? "")
            let (_, isChanged) = try await editor.edit(argument.kind, key) { object in
                let isAlready = object.spec?["suspend"]?.bool ?? false
                if isAlready != self.isSuspended { object.spec?["suspend"] = self.isSuspended ? true : nil }
            }
            let verb = self.isSuspended ? "suspended" : "resumed"
            Terminal.output.writeLine("\(argument.kind.label(of: key.name)) \(isChanged ? verb : "unchanged")")
        }
    }
}
