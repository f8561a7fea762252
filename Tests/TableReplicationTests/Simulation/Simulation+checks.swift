import Clocks
import Documents

@testable import TableReplication

/// What must hold at every moment, and what must hold at the end.
extension Simulation {
    /// How long after everything has healed the peers must agree: two keep-alive times, the longest wait before
    /// dialling, and some room.
    private static let patience = Duration.seconds(240)

    /// What waits at a peer is bounded by the window.
    mutating func checkBuffers(_ peer: Int) {
        let window = self.plan.timing.window
        for link in self.peers[peer].node.links.values {
            for replicator in link.replicators
            where replicator.queuedBytes > window + self.plan.timing.batchBytes + 2_000 {
                self.fail("peer \(peer): \(replicator.queuedBytes) bytes wait in a window of \(window)")
            }
            if link.publishers.count > 4 { self.fail("peer \(peer): sessions pile up on a link") }
        }
        if self.peers[peer].node.links.count > 12 { self.fail("peer \(peer): links pile up") }
    }

    /// Whatever people are told at once comes with word that there is something to be told.
    mutating func checkTold(_ peer: Int, _ actions: [NodeAction]) {
        let outline = self.peers[peer].node.status(of: SimulatedPeer.app, at: self.now).sessions
            .map(StatusOutline.init)
            .sorted { $0.lines.lexicographicallyPrecedes($1.lines) }
        let told = self.peers[peer].told
        self.peers[peer].told = outline
        guard outline.count != told.count || zip(outline, told).contains(where: { $0.isNews(to: $1) }) else { return }
        if !actions.contains(where: { if case .statusChanged = $0 { true } else { false } }) {
            self.fail("peer \(peer) does not tell that its status is \(outline), after \(told)")
        }
    }

    /// A checkpoint is never ahead of what its publisher would still have after a crash.
    mutating func checkApply(_ peer: Int, _ request: ApplyRequest) {
        guard let checkpoint = request.checkpoint else { return }
        for publisher in self.peers where publisher.store.visible.guid == checkpoint.guid {
            if checkpoint.usn > publisher.store.durable.usn {
                self.fail(
                    "peer \(peer) is at \(checkpoint.usn) of a store that is durable to \(publisher.store.durable.usn)"
                )
            }
        }
        let before = self.peers[peer].store.visible.checkpoints[request.key]
        if let before, before.guid == checkpoint.guid, before.queries == checkpoint.queries,
            before.usn > checkpoint.usn,
            self.peers[peer].node.elected(request.key.peer, app: SimulatedPeer.app) == request.session.link,
            !self.hasConfigurationChanged, self.purged.isEmpty
        {
            self.trace("checkpoint of \(peer) goes back from \(before.usn) to \(checkpoint.usn)")
        }
    }

    /// What is sent is durable; who can resume asks for it, and is not given a full copy.
    mutating func checkSent(_ peer: Int, _ link: LinkID, _ bytes: [UInt8]) {
        guard let message = try? Envelope(bytes) else { return self.fail("peer \(peer) sent no message") }
        if bytes.count > AppWebsocketLimits.ownMessageBytes { self.fail("peer \(peer) sent \(bytes.count) bytes") }
        let store = self.peers[peer].store
        switch message.type {
        case .replicateStart:
            // One publisher only: then it is plain which checkpoint is meant.
            let known = store.visible.checkpoints.filter { $0.key.collection == message.string("api") }
            if known.count == 1, self.plan.peers == 2, !self.hasConfigurationChanged, message.string("guid") == nil {
                self.fail("peer \(peer) starts over though it has a checkpoint")
            }
        case .replicateStartResult:
            let key = "\(peer) \(link) \(message.api) \(message.source)"
            if let expected = self.resumes.removeValue(forKey: key), message.number("usn") != expected {
                self.fail("peer \(peer) starts at \(message.number("usn") ?? 0) and not at \(expected)")
            }
        case .replicateNextResult, .replicateGetResult:
            guard let rows = try? ReplicatedRows(message) else { return self.fail("peer \(peer) sent no rows") }
            if rows.batch.rows.contains(where: { $0.usn > store.durable.usn }) {
                self.fail("peer \(peer) sent what it may still lose")
            }
            if !zip(rows.batch.rows, rows.batch.rows.dropFirst()).allSatisfy({ $0.usn < $1.usn }),
                message.type == .replicateNextResult
            {
                self.fail("peer \(peer) sent rows out of order")
            }
        default: return
        }
    }

    /// Remembers who may go on from where.
    mutating func noteStart(_ peer: Int, _ link: LinkID, _ bytes: [UInt8]) {
        guard let message = try? Envelope(bytes), message.type == .replicateStart, let usn = message.number("usn")
        else {
            return
        }
        let position = self.peers[peer].store.position
        let key = "\(peer) \(link) \(message.api) \(message.source)"
        let canResume =
            message.string("guid") == position.guid && usn >= position.purgedUSN && usn <= position.durableUSN
        self.resumes[key] = canResume ? usn : 0
    }

    mutating func checkAgreement() {
        self.disagreement = self.findDisagreement()
        guard self.disagreement != nil else { return }
        if self.now > self.plan.duration + Self.patience {
            self.fail(self.disagreement ?? "")
        } else {
            self.events.add(.check, at: self.now + .seconds(2))
        }
    }

    private func findDisagreement() -> String? {
        for peer in self.peers {
            if peer.store.visible.usn != peer.store.durable.usn { return "peer \(peer.index) has not flushed" }
            if let lost = self.findLostWrite(peer) { return lost }
            if let double = self.findDoubleLink(peer) { return double }
            if let idle = self.findIdleSession(peer) { return idle }
            for link in peer.node.links.values where link.isOpen && link.state != .live {
                return "\(peer.index) says that its link to \(link.peer?.peerKey ?? "") is \(link.state)"
            }
        }
        for subscriber in self.peers {
            for publisher in self.peers where self.areConnected(subscriber.index, publisher.index) {
                for (collection, subscription) in subscriber.configuration.subscriptions {
                    if let text = self.findDifference(publisher, subscriber, collection, subscription) { return text }
                }
            }
        }
        return nil
    }

    /// Only what the other side wants is kept for it.
    private func findIdleSession(_ peer: SimulatedPeer) -> String? {
        for link in peer.node.links.values where link.isOpen {
            guard let other = self.peers.first(where: { $0.key == link.peer?.peerKey }) else { continue }
            let wanted = Set(other.configuration.subscriptions.keys)
            for publisher in link.publishers where !wanted.contains(publisher.collection) {
                return "\(peer.index) keeps a session for \(publisher.collection), which \(other.index) does not want"
            }
        }
        return nil
    }

    /// One link per pair, whoever dialls whom and however often.
    private func findDoubleLink(_ peer: SimulatedPeer) -> String? {
        let open = peer.node.links.values.filter(\.isOpen).compactMap(\.peer?.peerKey)
        for other in self.peers where self.areConnected(peer.index, other.index) {
            let count = open.count { $0 == other.key }
            if count != 1 { return "\(peer.index) has \(count) links to \(other.index)" }
        }
        return nil
    }

    private func areConnected(_ one: Int, _ other: Int) -> Bool {
        self.plan.dials.contains { ($0.from == one && $0.to == other) || ($0.from == other && $0.to == one) }
            && one != other
    }

    /// What was acknowledged to a writer is there, or something newer.
    private func findLostWrite(_ peer: SimulatedPeer) -> String? {
        for (collection, versions) in peer.store.visible.written {
            for (id, version) in versions where !self.purged.contains(id) {
                guard let held = peer.store.visible.documents[collection]?[id]?.version, version.isNoNewer(than: held)
                else {
                    return "peer \(peer.index) lost a write of \(collection)/\(id)"
                }
            }
        }
        return nil
    }

    private func findDifference(
        _ publisher: SimulatedPeer,
        _ subscriber: SimulatedPeer,
        _ collection: String,
        _ subscription: Subscription
    ) -> String? {
        let place = "\(publisher.index) -> \(subscriber.index) \(collection)"
        for (id, entry) in publisher.store.visible.documents[collection] ?? [:] where !self.purged.contains(id) {
            let held = subscriber.store.visible.documents[collection]?[id]?.version
            let isCurrent = held.map { entry.version.isNoNewer(than: $0) } ?? false
            if isCurrent { continue }
            // Evicted for a later state, which comes from where it is, if it is selected.
            if let mark = subscriber.store.visible.gone[collection]?[id], entry.version.isStale(behind: mark.stamps) {
                continue
            }
            let isSelected = SimulatedQuery.matches(entry.version, subscription.queries)
            let delivery = SimulatedStore.Delivery(peer: publisher.key, collection: collection, id: id)
            let wasDelivered =
                subscriber.store.visible.deliveries.contains(delivery) && !self.forgotten.contains(delivery)
            if !entry.version.isAlive {
                // Who evicts may have forgotten what was deleted later, and gets the tombstone.
                return "\(place): the deletion of \(id) is missing"
            } else if isSelected {
                return "\(place): \(id) is missing or behind"
            } else if let held, held.isAlive, wasDelivered {
                // Copies that are kept follow; copies that are evicted are gone unless they know more. A document that
                // the subscriber wrote itself, outside its own queries, follows from its next change on.
                if subscription.onLeave == .keep { return "\(place): the copy of \(id) that is kept is behind" }
                if held.isNoNewer(than: entry.version) { return "\(place): \(id) was not evicted" }
            }
        }
        return self.findHanging(publisher, subscriber, collection, subscription).map { "\(place): \($0)" }
    }

    /// A copy from a publisher that has evicted the document since, for a state that the copy is behind.
    private func findHanging(
        _ publisher: SimulatedPeer,
        _ subscriber: SimulatedPeer,
        _ collection: String,
        _ subscription: Subscription
    ) -> String? {
        guard subscription.onLeave == .evict else { return nil }
        for (id, mark) in publisher.store.visible.gone[collection] ?? [:] where !self.purged.contains(id) {
            let delivery = SimulatedStore.Delivery(peer: publisher.key, collection: collection, id: id)
            guard let held = subscriber.store.visible.documents[collection]?[id]?.version, held.isAlive,
                subscriber.store.visible.deliveries.contains(delivery), !self.forgotten.contains(delivery),
                held.isStale(behind: mark.stamps)
            else { continue }
            return "the copy of \(id) hangs on an evicted one"
        }
        return nil
    }
}
