import Clocks

@testable import TableReplication

/// The network: connections whose messages keep their order, and everything that can happen to them.
extension Simulation {
    /// Bytes on their way above which a socket takes no more, and below which it does again.
    private static let high = 3_000
    private static let low = 1_000

    private func isCut(_ one: Int, _ other: Int) -> Bool {
        one == other ? false : self.partitions.contains([min(one, other), max(one, other)])
    }

    mutating func dial(_ peer: Int, _ link: LinkID, _ address: PeerAddress) {
        let target = Int(String(address.hostAndPort.prefix(1))) ?? 0
        let life = self.peers[peer].life
        let isReachable = self.peers[target].isUp && !self.isCut(peer, target)
        guard isReachable, !self.isRough || Int.random(in: 0..<10, using: &self.chance) > 0 else {
            self.events.add(
                .input(peer: peer, life: life, .closed(link, error: "refused")),
                at: self.now + self.delay(0...200)
            )
            return
        }
        let arrival = self.now + self.delay(0...50)
        self.connections.append(
            Connection(
                dialler: peer,
                dialled: link,
                acceptor: target,
                lastArrival: (toAcceptor: arrival, toDialler: arrival)
            )
        )
        self.links[peer][link] = self.connections.count - 1
        self.events.add(.opened(connection: self.connections.count - 1), at: arrival)
    }

    mutating func open(_ index: Int) {
        let connection = self.connections[index]
        guard self.links[connection.dialler][connection.dialled] == index else { return }
        guard !connection.isDead, self.peers[connection.acceptor].isUp else {
            return self.tellEnd(index, toAcceptor: false)
        }
        let acceptor = connection.acceptor
        self.peers[acceptor].accepted += 1
        let accepted = LinkID.accepted(self.peers[acceptor].accepted)
        self.connections[index].accepted = accepted
        self.connections[index].isOpen = true
        self.links[acceptor][accepted] = index
        self.give(acceptor, .accepted(accepted, address: "host-\(connection.dialler)", path: "/\(SimulatedPeer.app)"))
        // The acceptor may have refused at once.
        if self.links[connection.dialler][connection.dialled] == index {
            self.give(connection.dialler, .opened(connection.dialled))
        }
    }

    mutating func send(_ peer: Int, _ link: LinkID, _ bytes: [UInt8]) {
        guard let index = self.links[peer][link] else { return }
        let toAcceptor = self.connections[index].dialler == peer && self.connections[index].dialled == link
        self.checkSent(peer, link, bytes)
        guard !self.connections[index].isDead else { return }
        let earliest =
            toAcceptor ? self.connections[index].lastArrival.toAcceptor : self.connections[index].lastArrival.toDialler
        let arrival = max(self.now + self.delay(self.isRough ? 0...80 : 0...10), earliest)
        if toAcceptor {
            self.connections[index].lastArrival.toAcceptor = arrival
            self.connections[index].inFlight.toAcceptor += bytes.count
        } else {
            self.connections[index].lastArrival.toDialler = arrival
            self.connections[index].inFlight.toDialler += bytes.count
        }
        self.events.add(.deliver(connection: index, toAcceptor: toAcceptor, bytes), at: arrival)
        self.tellWritable(index, dialler: toAcceptor)
    }

    private mutating func tellWritable(_ index: Int, dialler: Bool) {
        let connection = self.connections[index]
        let inFlight = dialler ? connection.inFlight.toAcceptor : connection.inFlight.toDialler
        let isFull = dialler ? connection.isFull.dialler : connection.isFull.acceptor
        guard inFlight > Self.high && !isFull || inFlight < Self.low && isFull else { return }
        if dialler {
            self.connections[index].isFull.dialler = !isFull
        } else {
            self.connections[index].isFull.acceptor = !isFull
        }
        guard let link = dialler ? connection.dialled : connection.accepted else { return }
        let peer = dialler ? connection.dialler : connection.acceptor
        let life = self.peers[peer].life
        self.events.add(.input(peer: peer, life: life, .writable(link, isFull)), at: self.now)
    }

    mutating func deliver(_ index: Int, toAcceptor: Bool, _ bytes: [UInt8]) {
        let connection = self.connections[index]
        guard !connection.isDead else { return }
        if toAcceptor {
            self.connections[index].inFlight.toAcceptor -= bytes.count
        } else {
            self.connections[index].inFlight.toDialler -= bytes.count
        }
        self.tellWritable(index, dialler: toAcceptor)
        let peer = toAcceptor ? connection.acceptor : connection.dialler
        guard let link = toAcceptor ? connection.accepted : connection.dialled, self.links[peer][link] == index,
            self.peers[peer].isUp
        else { return }
        self.messages += 1
        self.trace("\(peer) \(link) gets \(String(decoding: bytes.prefix(600), as: UTF8.self))")
        self.noteStart(peer, link, bytes)
        self.give(peer, .message(link, bytes))
    }

    /// One side closes: the other learns of it behind what is on its way.
    mutating func end(_ peer: Int, _ link: LinkID) {
        guard let index = self.links[peer].removeValue(forKey: link) else { return }
        let connection = self.connections[index]
        let toAcceptor = connection.dialler == peer && connection.dialled == link
        guard !connection.isDead else { return }
        let arrival = max(
            self.now + self.delay(0...80),
            toAcceptor ? connection.lastArrival.toAcceptor : connection.lastArrival.toDialler
        )
        self.events.add(.ended(connection: index, toAcceptor: toAcceptor), at: arrival)
    }

    mutating func tellEnd(_ index: Int, toAcceptor: Bool) {
        let connection = self.connections[index]
        let peer = toAcceptor ? connection.acceptor : connection.dialler
        guard let link = toAcceptor ? connection.accepted : connection.dialled, self.links[peer][link] == index else {
            return
        }
        self.links[peer][link] = nil
        self.connections[index].isDead = true
        guard self.peers[peer].isUp else { return }
        self.trace("ended \(peer) \(link)")
        self.give(peer, .closed(link, error: "closed by the other side"))
    }

    /// Kills a connection: both sides may learn of it, one, or neither (half-open).
    mutating func kill(_ index: Int, telling: (dialler: Bool, acceptor: Bool)) {
        guard !self.connections[index].isDead else { return }
        if telling.dialler {
            self.events.add(.ended(connection: index, toAcceptor: false), at: self.now + self.delay(0...80))
        }
        if telling.acceptor {
            self.events.add(.ended(connection: index, toAcceptor: true), at: self.now + self.delay(0...80))
        }
        self.connections[index].isDead = true
    }
}
