import Clocks
import Documents
import JSON

@testable import TableReplication

/// Local writes, and what goes wrong.
extension Simulation {
    mutating func writeSomething(_ peer: Int) {
        guard self.peers[peer].isUp else { return }
        let collection = Int.random(in: 0..<4, using: &self.chance) == 0 ? "b" : "a"
        let name = "d\(Int.random(in: 0..<8, using: &self.chance))"
        guard let id = try? DocumentID(.string(name)) else { return }
        let color = SimulationPlan.colors.randomElement(using: &self.chance) ?? "red"
        let edit: SimulatedEdit
        switch Int.random(in: 0..<10, using: &self.chance) {
        case 0..<5:
            edit = .insert([
                "_id": .string(name), "color": .string(color),
                "n": .integer(Int64.random(in: 0..<1_000, using: &self.chance)),
                "text": .string(String(repeating: "\"", count: Int.random(in: 0..<30, using: &self.chance))),
            ])
        case 5..<7: edit = .update(["color": .string(color)])
        case 7: edit = .update(["odd name": .integer(Int64.random(in: 0..<1_000, using: &self.chance))])
        default: edit = .delete
        }
        self.peers[peer].store.write(collection, id, wall: self.wall(peer), edit)
        let entry = self.peers[peer].store.visible.documents[collection]?[id]
        self.trace("write \(peer) \(collection) \(id) usn \(entry?.usn ?? 0) \(edit)")
        self.planFlush(peer)
    }

    mutating func breakSomething() {
        switch Int.random(in: 0..<14, using: &self.chance) {
        case 0..<3: self.crash()
        case 3..<5: self.cut()
        case 5..<8: self.killConnection()
        case 8: self.restore()
        case 9: self.purge()
        case 10: self.backUp()
        default: self.changeConfiguration()
        }
    }

    private mutating func crash() {
        let peer = self.anyPeer()
        guard self.peers[peer].isUp else { return }
        self.stop(peer)
        let kept = Int.random(in: 0...self.peers[peer].store.transactions.count, using: &self.chance)
        self.peers[peer].store.crash(keeping: kept)
        self.trace("crash \(peer), usn is \(self.peers[peer].store.visible.usn)")
        self.events.add(.restart(peer: peer), at: self.now + self.delay(0...5_000))
    }

    private mutating func stop(_ peer: Int) {
        self.peers[peer].isUp = false
        for (link, index) in self.links[peer].sorted(by: { $0.key < $1.key }) {
            self.links[peer][link] = nil
            // A machine that loses its power closes nothing.
            let isTold = Bool.random(using: &self.chance)
            self.kill(index, telling: (dialler: isTold, acceptor: isTold))
        }
    }

    private mutating func cut() {
        let one = self.anyPeer()
        let other = self.anyPeer()
        guard one != other else { return }
        self.partitions.insert([min(one, other), max(one, other)])
        self.trace("cut \(one) \(other)")
        for index in self.connections.indices {
            let ends = Set([self.connections[index].dialler, self.connections[index].acceptor])
            if ends == [one, other] { self.kill(index, telling: (dialler: false, acceptor: false)) }
        }
    }

    private mutating func killConnection() {
        let open = self.connections.indices.filter { self.connections[$0].isOpen && !self.connections[$0].isDead }
        guard let index = open.randomElement(using: &self.chance) else { return }
        let dialler = Bool.random(using: &self.chance)
        let acceptor = Bool.random(using: &self.chance)
        self.trace("kill \(self.connections[index].dialler)-\(self.connections[index].acceptor) \(dialler) \(acceptor)")
        self.kill(index, telling: (dialler: dialler, acceptor: acceptor))
    }

    private mutating func backUp() {
        let peer = self.anyPeer()
        self.peers[peer].backup = self.peers[peer].store.durable
        self.trace("back up \(peer)")
    }

    private mutating func restore() {
        let peer = self.anyPeer()
        guard self.peers[peer].isUp, let backup = self.peers[peer].backup else { return self.backUp() }
        let guid = self.peers[peer].nextGUID()
        self.trace("restore \(peer) as \(guid)")
        for (collection, entries) in self.peers[peer].store.visible.documents {
            for id in entries.keys where backup.documents[collection]?[id]?.version.isAlive != true {
                let key = self.peers[peer].key
                self.forgotten.insert(SimulatedStore.Delivery(peer: key, collection: collection, id: id))
            }
        }
        if Bool.random(using: &self.chance) {
            self.stop(peer)
            self.peers[peer].store.restore(backup, guid: guid)
            self.events.add(.restart(peer: peer), at: self.now + self.delay(0...3_000))
        } else {
            // In a running peer: what the store was asked for before comes to nothing.
            self.peers[peer].life += 1
            self.peers[peer].isFlushPlanned = false
            self.peers[peer].wakeAt = nil
            self.peers[peer].store.restore(backup, guid: guid)
            self.give(peer, .storeOpened(app: SimulatedPeer.app, self.peers[peer].store.position))
            self.give(peer, .timer)
        }
    }

    private mutating func purge() {
        let peer = self.anyPeer()
        guard self.peers[peer].isUp else { return }
        let limit = UInt64.random(in: 0...self.peers[peer].store.durable.usn, using: &self.chance)
        let ids = self.peers[peer].store.purge(through: limit)
        guard !ids.isEmpty else { return }
        self.purged.formUnion(ids)
        self.trace("purge \(peer) \(ids)")
        self.planFlush(peer)
        self.give(peer, .purged(app: SimulatedPeer.app, usn: self.peers[peer].store.visible.purgedUSN))
    }

    private mutating func changeConfiguration() {
        let peer = self.anyPeer()
        let maySelect =
            switch self.plan.shape {
            case .everything: false
            case .leaves: peer > 1
            case .filters: true
            case .chains: peer > 0
            }
        guard maySelect, self.peers[peer].isUp else { return self.killConnection() }
        self.hasConfigurationChanged = true
        let policy = self.peers[peer].configuration.subscriptions["a"]?.onLeave ?? .keep
        let selected = SimulationPlan.queries(&self.chance).map { Subscription(queries: $0, onLeave: policy) }
        self.peers[peer].configuration.subscriptions = selected.map { ["a": $0] } ?? [:]
        self.trace("configure \(peer) \(String(describing: selected?.queries))")
        self.configure(peer)
    }

    mutating func heal() {
        self.trace("heal")
        self.isRough = false
        self.partitions = []
        for peer in self.peers.indices where !self.peers[peer].isUp { self.boot(peer) }
        self.events.add(.check, at: self.now + .seconds(1))
    }
}
