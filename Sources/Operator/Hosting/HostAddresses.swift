import EmbeddedPeer

/// Where the embedded peers of a process listen, and how others find them.
package struct HostAddresses: Sendable, Hashable {
    /// What takes the place of the loopback in `spec.embedded.listen`; `nil` leaves the loopback.
    package let listen: String?
    /// The host that others are told; `nil` tells the one that is listened on.
    package let advertise: String?
    /// The machine's name, which others are told of a peer that listens on all addresses when there is nothing to
    /// advertise; `nil` when they are all in this process, and find it on the loopback.
    package let machine: String?

    /// Peers listen where their spec says, for this machine.
    package static let asDeclared = HostAddresses(listen: nil, advertise: nil)

    /// Creates addresses.
    ///
    /// - Parameters:
    ///   - listen: What takes the place of the loopback.
    ///   - advertise: The host that others are told.
    ///   - machine: The machine's name; `nil` when others are in this process.
    package init(listen: String?, advertise: String?, machine: String? = nil) {
        self.listen = listen
        self.advertise = advertise
        self.machine = machine
    }

    /// How others find a listener: what only this machine reaches has no other address, and all addresses at once are
    /// none that can be dialled.
    package func told(_ address: ListenAddress) -> ListenAddress {
        guard !address.isLoopback else { return address }
        let loopback = address.host.contains(":") ? "::1" : "127.0.0.1"
        let host = self.advertise ?? (address.isWildcard ? self.machine ?? loopback : address.host)
        return ListenAddress(host: host, port: address.port)
    }
}

extension HostAddresses {
    /// Why peers could not be found there.
    package struct Invalid: Error, Sendable, Hashable {
        /// What is wrong, and what to choose.
        package let description: String
    }

    /// Reads what a user chose, and fills in the rest.
    ///
    /// - Parameters:
    ///   - listen: The address to listen on in place of the loopback, if one was chosen.
    ///   - advertise: The host that others are told, if one was chosen.
    ///   - podIP: The address of the pod, in a cluster.
    ///   - machine: The machine's name.
    /// - Throws: `Invalid` when others would be told an address where nobody listens.
    package init(
        listen: String?,
        advertise: String?,
        podIP: String?,
        machine: String? = nil
    ) throws(Invalid) {
        let podIP = podIP.flatMap { $0.isEmpty ? nil : $0 }
        let listen = listen ?? podIP ?? (advertise == nil ? nil : "0.0.0.0")
        let advertise = advertise ?? podIP
        let bound = listen.map { ListenAddress(host: $0, port: 0) }
        if let listen, !(bound?.isNumeric ?? true) {
            throw Invalid(description: "--listen-address \(listen) is no IP address, such as 0.0.0.0 or 10.1.2.3")
        }
        if bound?.isWildcard == true, advertise == nil {
            throw Invalid(
                description: "--listen-address \(listen ?? "") is all addresses, of which others need to be told one: "
                    + "add --advertise HOST"
            )
        }
        if let advertise, let bound, bound.isLoopback, !ListenAddress(host: advertise, port: 0).isLoopback {
            throw Invalid(
                description: "others would be told \(advertise) while peers listen on \(bound.host), where only this "
                    + "machine reaches them: choose another --listen-address"
            )
        }
        self.init(listen: listen, advertise: advertise, machine: machine)
    }
}
