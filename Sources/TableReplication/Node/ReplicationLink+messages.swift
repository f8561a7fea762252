import DQL
import JSON

extension ReplicationLink {
    /// Handles a message after the login.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - app: The link's app.
    ///   - timing: Times and sizes.
    ///   - now: The time.
    ///   - actions: Where answers and requests go.
    mutating func received(
        _ message: Envelope,
        _ app: AppState,
        _ timing: NodeTiming,
        at now: Duration,
        into actions: inout [NodeAction]
    ) {
        switch message.type {
        case .keepAlive:
            // Only one side answers: otherwise two that both do would never stop.
            if !self.isDialled { actions.append(.send(self.id, MessageWriter(.keepAlive).finished())) }
        case .appInfo: self.sendAppInfo(message, app, into: &actions)
        case .appCheckLogin: self.checkLogin(message, app, into: &actions)
        case .pbxInfo:
            self.pbx = PbxInfo(message)
            if self.peer == nil { self.startReplicators(app, timing, at: now, into: &actions) }
        case .replicateStart: self.startPublisher(message, app, timing, into: &actions)
        case .replicateStop: self.stopPublisher(message)
        case .replicateNext, .replicateGet: self.publish(message, app, timing, into: &actions)
        case .replicateAdd, .replicateUpdate, .replicateDel:
            if let index = self.replicator(of: message) {
                self.replicate(message, index, timing, at: now, into: &actions)
            } else {
                self.publish(message, app, timing, into: &actions)
            }
        case .replicateStartResult:
            let index = self.replicator(of: message)
            guard self.isLastStart(index.map { self.replicators[$0].api } ?? message.api), let index else { return }
            self.replicate(message, index, timing, at: now, into: &actions)
        case .replicateNextResult, .replicateGetResult:
            guard let index = self.replicator(of: message) else { return }
            self.replicate(message, index, timing, at: now, into: &actions)
        // Answers to nothing that was asked, the login's messages once more, and types that are not known here.
        default: return
        }
    }

    private mutating func replicate(
        _ message: Envelope,
        _ index: Int,
        _ timing: NodeTiming,
        at now: Duration,
        into actions: inout [NodeAction]
    ) {
        let retryAt = now + timing.retry
        let wasStopped = self.replicators[index].retryAt != nil
        switch (message.type, self.replicators[index].isOwn) {
        case (.replicateStartResult, _):
            self.countingStarts(of: index) { $0.started(message, retryAt: retryAt, into: &actions) }
        case (.replicateGetResult, _): self.doom = self.replicators[index].gotten(message, into: &actions)
        case (.replicateNextResult, true): self.doom = self.replicators[index].received(message, into: &actions)
        default:
            self.replicators[index].receivedForeign(message, retryAt: retryAt, into: &actions)
            self.limitReading(timing, into: &actions)
        }
        if !wasStopped, self.replicators[index].retryAt != nil { self.hasStopped = true }
    }

    /// Takes note that a start has been answered, and says whether it was the last one sent; each has one answer.
    private mutating func isLastStart(_ api: [UInt8]) -> Bool {
        let left = (self.unanswered[api] ?? 0) - 1
        self.unanswered[api] = left > 0 ? left : nil
        return left <= 0
    }

    /// Lets a session do something, and counts the starts that it sends.
    mutating func countingStarts(of index: Int, _ body: (inout Replicator) -> Void) {
        let before = self.replicators[index].starts
        body(&self.replicators[index])
        let sent = self.replicators[index].starts - before
        if sent > 0 { self.unanswered[self.replicators[index].api, default: 0] += sent }
    }

    /// The session that a message of a publisher belongs to: the one with its `src`, or else with its `api`.
    ///
    /// A change without `src` is a client's when that has a session of the API, and a publisher's otherwise.
    private func replicator(of message: Envelope) -> Int? {
        let source = message.source
        if !source.isEmpty { return self.replicators.firstIndex { $0.source == source } }
        let api = message.api
        switch message.type {
        case .replicateAdd, .replicateUpdate, .replicateDel:
            guard !self.publishers.contains(where: { $0.api == api }) else { return nil }
        default: break
        }
        return self.replicators.firstIndex { $0.api == api }
    }

    /// The session that a client's message belongs to: the one with its `api` and `src`, or, for who leaves `src` out, the
    /// only one of its `api`.
    private func publisher(of message: Envelope) -> Int? {
        let (api, source) = (message.api, message.source)
        if let index = self.publishers.firstIndex(where: { $0.api == api && $0.source == source }) { return index }
        guard message.range("src") == nil, let index = self.publishers.firstIndex(where: { $0.api == api }),
            !self.publishers[(index + 1)...].contains(where: { $0.api == api })
        else { return nil }
        return index
    }

    // MARK: - The other side receives

    private mutating func startPublisher(
        _ message: Envelope,
        _ app: AppState,
        _ timing: NodeTiming,
        into actions: inout [NodeAction]
    ) {
        // Nobody who was dialled may take documents without having proved who it is.
        guard let position = app.position, !self.isDialled || self.peer != nil else { return }
        let api = message.api
        let source = message.source
        let start: ReplicateStart
        let filter: SessionFilter
        guard let collection = message.string("api"), !collection.isEmpty else {
            return self.refuseStart(api, source, "api is missing; it names the collection", into: &actions)
        }
        do throws(MessageError) {
            start = try ReplicateStart(message)
        } catch {
            return self.refuseStart(api, source, "\(error)", into: &actions)
        }
        do throws(DQLFilterError) {
            filter = try SessionFilter(queries: start.queries)
        } catch {
            return self.refuseStart(api, source, "\(error)", query: error.query, into: &actions)
        }
        let existing = self.publishers.firstIndex { $0.api == api && $0.source == source }
        guard
            existing != nil && self.strays < Self.maximumPublishers
                || self.publishers.count + self.strays < Self.maximumPublishers
        else {
            self.doom = .tooManySessions
            return
        }
        let session = PublisherSession(
            id: self.nextSession(),
            app: app.configuration.appId,
            collection: collection,
            api: api,
            source: source,
            peer: self.peer,
            filter: filter
        )
        var publisher = Publisher(start, session, position: position, into: &actions)
        if let existing {
            let before = self.publishers[existing]
            publisher.awaited = before.isReading ? before.id : before.awaited
            if before.isFetching { self.strays += 1 }
        }
        publisher.advance(position, isWritable: self.isWritable, batchBytes: timing.batchBytes, into: &actions)
        if let existing { self.publishers[existing] = publisher } else { self.publishers.append(publisher) }
    }

    /// Refuses a start; a peer of ours is told which of its queries is to blame, if one is.
    ///
    /// ```
    /// {"mt":"ReplicateStartResult","api":"cars","src":"r1","error":1,
    ///  "errorText":"query \"nope(a)\", column 1: there is no function nope","peerage":{"query":"nope(a)"}}
    /// ```
    private mutating func refuseStart(
        _ api: [UInt8],
        _ source: [UInt8],
        _ reason: String,
        query: String? = nil,
        into actions: inout [NodeAction]
    ) {
        var writer = MessageWriter(.replicateStartResult, api: api, source: source)
        writer.member("error", 1)
        writer.member("errorText", reason)
        if self.peer != nil {
            if let query { writer.member("peerage", json: JSONValue.object(["query": .string(query)]).bytes) }
            // What it asked for before it does not want any more.
            self.dropPublisher(api, source)
        }
        actions.append(.send(self.id, writer.finished()))
    }

    /// Ends a session that a peer of ours does not want any more.
    private mutating func stopPublisher(_ message: Envelope) {
        guard self.peer != nil else { return }
        self.dropPublisher(message.api, message.source)
    }

    private mutating func dropPublisher(_ api: [UInt8], _ source: [UInt8]) {
        guard let index = self.publishers.firstIndex(where: { $0.api == api && $0.source == source }) else { return }
        let publisher = self.publishers.remove(at: index)
        if publisher.isReading || publisher.awaited != nil { self.strays += 1 }
        if publisher.isFetching { self.strays += 1 }
    }

    private mutating func publish(
        _ message: Envelope,
        _ app: AppState,
        _ timing: NodeTiming,
        into actions: inout [NodeAction]
    ) {
        guard let position = app.position, let index = self.publisher(of: message) else { return }
        switch message.type {
        case .replicateNext:
            if self.peer != nil {
                let credit = message.value("peerage")?["credit"]?.integer ?? 0
                self.publishers[index].granted(Int(clamping: credit))
            }
            self.publishers[index].next(restart: message.flag("restart"), into: &actions)
            self.publishers[index].advance(
                position,
                isWritable: self.isWritable,
                batchBytes: timing.batchBytes,
                into: &actions
            )
        case .replicateGet:
            self.doom = self.publishers[index].get(message, batchBytes: timing.batchBytes, into: &actions)
        default: self.publishers[index].edit(message, into: &actions)
        }
    }

    // MARK: - Back-pressure of foreign publishers, which know no credit

    /// Stops reading from a socket while too much waits, and goes on when half of it is done.
    mutating func limitReading(_ timing: NodeTiming, into actions: inout [NodeAction]) {
        guard self.peer == nil else { return }
        let waiting = self.replicators.reduce(0) { max($0, $1.queuedBytes) }
        if self.isReading, waiting > timing.window {
            self.isReading = false
            actions.append(.reading(self.id, false))
        } else if !self.isReading, waiting < timing.window / 2 {
            self.isReading = true
            actions.append(.reading(self.id, true))
        }
    }

    // MARK: - Questions about the app

    private func sendAppInfo(_ message: Envelope, _ app: AppState, into actions: inout [NodeAction]) {
        var writer = MessageWriter(.appInfoResult, source: message.source)
        writer.member("app", app.configuration.appName)
        writer.member("info", json: #"{"hidden":true}"#.utf8)
        writer.member("serviceInfo", json: #"{"apis":{}}"#.utf8)
        actions.append(.send(self.id, writer.finished()))
    }

    /// Says whether a password that somebody stored is right, without learning it.
    private func checkLogin(_ message: Envelope, _ app: AppState, into actions: inout [NodeAction]) {
        let login = LoginDigest(app: message.string("app") ?? "", domain: message.string("domain") ?? "")
        let expected = login.hex(
            challenge: message.string("challenge") ?? "",
            password: app.configuration.password
        )
        let isRight = expected.isEqualInConstantTime(to: Array((message.string("digest") ?? "").utf8))
        var writer = MessageWriter(.appCheckLoginResult, source: message.source)
        writer.member("app", login.app)
        writer.member("ok", isRight)
        actions.append(.send(self.id, writer.finished()))
    }
}
