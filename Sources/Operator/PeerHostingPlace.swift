/// Where the embedded peers of an installation run.
package enum PeerHostingPlace: Sendable, Hashable {
    /// In this process, under a host's name, with their data in a folder.
    case here(name: String, directory: String)
    /// In processes of their own, which say by Leases in this namespace that they are there.
    case elsewhere(leaseNamespace: String)
}

extension PeerHostingPlace {
    var isElsewhere: Bool {
        if case .elsewhere = self { true } else { false }
    }

    /// Who reports events.
    var instance: String {
        switch self {
        case .here(let name, _): name
        case .elsewhere: "controller"
        }
    }
}
