import CPlatform
import ControllerRuntime
import JSON
import KubernetesModel
import Lifecycle
import Logging
import Planning
import ResourceStore
import Resources
import SQLiteStore
import ServiceLifecycle
import Synchronization

/// Keeps a store equal to a folder of manifests: applies what changes, prunes what goes, and holds back what might be a
/// mistake.
///
/// *Guarantees:* a folder that cannot be read is no information; a file with an error changes nothing of what it
/// declared before; an object is entered into the inventory before it is created, and one that is there already once it
/// was applied; only objects of the inventory are pruned, and never more at once than `PruneDecision` allows.
package final class ManifestSource: Service {
    /// What one pass has done.
    package struct Report: Sendable {
        /// Objects that were made.
        package var created = 0
        /// Objects that were changed.
        package var configured = 0
        /// Objects that were already as declared.
        package var unchanged = 0
        /// Objects whose deletion was asked for.
        package var deleted = 0
        /// How many deletions were held back because they might be a mistake.
        package var heldBack = 0
        /// Whether manifests are gone, and not yet for long enough.
        package var isWaitingToPrune = false
        /// What is wrong, for a person, a line each.
        package var problems: [String] = []
        /// What is doubtful about manifests that are applied all the same, a line each.
        package var warnings: [String] = []

        /// Whether the store now holds what the folder declares.
        package var isComplete: Bool { self.problems.isEmpty }
    }

    /// The setting under which the inventory is kept.
    private static let setting = "manifests/inventory"
    /// How long a manifest must be gone before its object is pruned: a file that is being written is cut short for a
    /// moment, and a deletion cannot be taken back.
    private static let pruneDelay = Duration.seconds(2)
    /// How often objects are compared although their manifests have not changed.
    private static let thoroughInterval = Duration.seconds(60)
    /// How many objects are looked up at once.
    private static let lookupSize = 256

    private let folder: String
    private let store: SQLiteStore
    private let maximumDeletes: Int?
    private let logger: Logger
    private let tell: @Sendable (EventNote) -> Void
    private let reader: ManifestReader
    private let metrics: ManifestMetrics?
    private let signal = Signal()
    /// What the last pass found.
    private let last: Mutex<FolderStanding>
    /// What was wrong when the folder was read first.
    private let firstPass = Latch<[String]>()
    /// The hash of every object as it was applied last: what has not changed since is not looked at on every edit.
    private let applied = Mutex<[Inventory.Entry: Int]>([:])
    /// The inventory as it is stored, once it was read; nobody else writes it.
    private let inventory = Mutex<Inventory?>(nil)
    /// Since when manifests have been gone.
    private let goneSince = Mutex<[Inventory.Entry: ContinuousClock.Instant]>([:])

    /// Creates a source that does nothing yet.
    ///
    /// - Parameters:
    ///   - folder: The folder.
    ///   - store: Where objects go, and where the inventory is kept.
    ///   - maximumDeletes: How many objects one pass may delete; `nil` for the larger of 10 and a fifth.
    ///   - metrics: Where passes are counted, if anywhere.
    ///   - logger: Told of every change and problem.
    ///   - tell: Told of what is wrong with an object's manifest, for the people who look at the object.
    package init(
        folder: String,
        store: SQLiteStore,
        maximumDeletes: Int?,
        metrics: OperatorMetrics? = nil,
        logger: Logger,
        tell: @escaping @Sendable (EventNote) -> Void
    ) {
        self.folder = folder
        self.store = store
        self.maximumDeletes = maximumDeletes
        self.metrics = metrics?.manifests
        self.logger = logger
        self.tell = tell
        self.reader = ManifestReader(folder: folder)
        self.last = Mutex(FolderStanding(folder: folder, isRead: false))
    }

    /// Makes a pass now and after every change, until it is asked to stop.
    package func run() async throws {
        let watch = DirectoryWatch { [signal] in signal.raise() }
        defer { watch.stop() }
        await cancelWhenGracefulShutdown {
            var told: [String] = []
            var warned = ToldWarnings()
            var lastThorough: ContinuousClock.Instant?
            repeat {
                let isThorough = lastThorough.map { .now - $0 >= Self.thoroughInterval } ?? true
                // Most signals are the watch's own, or about files that are none of ours.
                let isQuiet = told.isEmpty && self.goneSince.withLock(\.isEmpty)
                if !isThorough, isQuiet, self.reader.isUnchanged { continue }
                if isThorough { lastThorough = .now }
                // Listen first, then read: a change in between is read twice, never missed.
                watch.rearm(self.reader.folders)
                let report = await self.pass(isThorough: isThorough, pruneDelay: Self.pruneDelay)
                self.metrics?.passed(report)
                self.last.withLock { $0 = self.standing(after: report) }
                if report.isWaitingToPrune { self.lookAgain(after: Self.pruneDelay) }
                self.firstPass.finish(report.problems)
                watch.rearm(self.reader.folders)
                self.log(report, told: &told)
                for warning in warned.unheard(report.warnings) {
                    self.logger.warning("manifest is doubtful", metadata: ["warning": "\(warning)"])
                }
                // A burst of changes leaves behind what the next minute does not need.
                if isThorough { platform_return_memory() }
            } while await self.signal.wait()
        }
    }

    /// How the folder is applied, as of the last pass.
    package var standing: FolderStanding { self.last.withLock(\.self) }

    private func standing(after report: Report) -> FolderStanding {
        FolderStanding(
            folder: self.folder,
            problems: report.problems,
            heldBack: report.heldBack,
            warningCount: report.warnings.count
        )
    }

    /// Waits until the folder has been read and applied once.
    ///
    /// - Returns: What was wrong then, a line each.
    /// - Throws: When the task is cancelled.
    package func untilFirstPass() async throws(CancellationError) -> [String] {
        try await self.firstPass.wait()
    }

    /// Reads the folder once and makes the store agree.
    ///
    /// - Parameters:
    ///   - isThorough: Whether objects are compared even if their manifests are as they were applied last.
    ///   - pruneDelay: How long a manifest must be gone before its object is pruned.
    /// - Returns: What was done, and what is wrong.
    @discardableResult
    package func pass(isThorough: Bool = true, pruneDelay: Duration = .zero) async -> Report {
        var report = Report()
        let reading: ManifestReader.Reading
        switch self.reader.read() {
        case .failure(let problem):
            report.problems = [problem.description]
            return report
        case .success(let result): reading = result
        }
        report.problems += reading.problems
        report.warnings = reading.warnings
        do throws(APIStatus) {
            let known = try await self.loadInventory()
            let outlines = reading.outlines
            let declared = Set(outlines.map(\.entry))
            // What is not there yet is entered before it is made, so that a process killed in between still knows it.
            var inventory = known
            let missing = try await self.missing(of: declared.subtracting(known.entries))
            inventory.entries.formUnion(missing)
            inventory.unconfirmed.formUnion(missing)
            try await self.save(inventory, unless: known)
            let applied = isThorough ? [:] : self.applied.withLock { $0 }
            let stages = reading.stages { applied[$0.entry] != $0.fingerprint }
            report.unchanged += outlines.count - stages.reduce(0) { $0 + $1.count }
            await self.apply(stages, known: known.entries.subtracting(known.unconfirmed), &report)
            // What could not be applied is somebody else's, unless it was ours before.
            let entered = inventory
            let made = self.applied(among: outlines)
            inventory.entries = known.entries.union(made)
            inventory.unconfirmed = known.unconfirmed.subtracting(made)
            try await self.save(inventory, unless: entered)
            try await self.prune(&inventory, declared: declared, reading, pruneDelay, &report)
            self.inventory.withLock { $0 = inventory }
        } catch {
            report.problems.append("the store could not be written: \(error)")
        }
        return report
    }

    /// Applies manifests, in their order.
    ///
    /// - Parameters:
    ///   - stages: The manifests.
    ///   - known: What was there once: to make it means to make it anew.
    ///   - report: Told of what is done.
    private func apply(
        _ stages: [ManifestReader.Stage],
        known: Set<Inventory.Entry>,
        _ report: inout Report
    ) async {
        let applier = ManifestApplier(store: self.store, logger: self.logger, tell: self.tell)
        await applier.apply(stages) { declared, entry, applied in
            if case .failed(let why) = applied {
                report.problems.append("\(entry): \(why)")
                self.applied.withLock { _ = $0.removeValue(forKey: entry) }
                return
            }
            self.applied.withLock { $0[entry] = declared.fingerprint }
            switch applied {
            case .created(let object):
                report.created += 1
                if known.contains(entry) { self.tellRestored(object, declared.manifest) }
            case .configured: report.configured += 1
            case .unchanged, .failed: report.unchanged += 1
            }
        }
    }

    /// Tells whoever deletes what a file declares where to delete it.
    private func tellRestored(_ object: Object, _ manifest: Manifest) {
        let message = "made anew: \(manifest.place) declares it; to delete it for good, delete it there"
        self.tell(EventNote(about: .init(object), .normal, reason: .restoredFromManifest, message))
        self.logger.warning(
            "object made anew, its manifest still declares it",
            metadata: ["object": "\(Inventory.Entry(object))", "manifest": "\(manifest.place)"]
        )
    }

    // MARK: - The inventory

    private func loadInventory() async throws(APIStatus) -> Inventory {
        // Taken away: after a write that fails it is read again.
        if let known = self.inventory.withLock({ $0.take() }) { return known }
        guard let bytes = try await self.store.setting(Self.setting) else { return Inventory() }
        guard let inventory = Inventory(bytes) else {
            throw APIStatus(.internalError, "the inventory of manifests is damaged; nothing is pruned")
        }
        return inventory
    }

    private func save(_ inventory: Inventory, unless known: Inventory) async throws(APIStatus) {
        guard inventory != known else { return }
        try await self.store.setSetting(Self.setting, inventory.bytes)
    }

    /// Those of the entries whose objects do not exist.
    private func missing(of entries: Set<Inventory.Entry>) async throws(APIStatus) -> Set<Inventory.Entry> {
        var missing: Set<Inventory.Entry> = []
        for (name, group) in Dictionary(grouping: entries, by: { [$0.group, $0.kind] }) {
            guard let kind = ManifestReader.kind(group: name[0], kind: name[1]) else { continue }
            var rest = group[...]
            while !rest.isEmpty {
                let batch = rest.prefix(Self.lookupSize)
                rest = rest.dropFirst(Self.lookupSize)
                let live = try await self.store.get(kind, batch.map(\.key))
                missing.formUnion(batch.filter { live[$0.key] == nil })
            }
        }
        return missing
    }

    /// Those whose objects are as declared, as far as this process has seen to it.
    private func applied(among outlines: [ManifestReader.Outline]) -> [Inventory.Entry] {
        self.applied.withLock { applied in
            outlines.filter { applied[$0.entry] == $0.fingerprint }.map(\.entry)
        }
    }

    // MARK: - Pruning

    private func prune(
        _ inventory: inout Inventory,
        declared: Set<Inventory.Entry>,
        _ reading: ManifestReader.Reading,
        _ delay: Duration,
        _ report: inout Report
    ) async throws(APIStatus) {
        let now = ContinuousClock.now
        let pruner = ManifestPruner(store: self.store, logger: self.logger, tell: self.tell)
        // Of files with an error it is not known what they mean to say: nothing in them has gone.
        let leftOut = reading.leftOut.filter { inventory.entries.contains($0.key) && !declared.contains($0.key) }
        try await pruner.tellLeftOut(leftOut.sorted { $0.key < $1.key }.prefix(10))
        let declared = declared.union(leftOut.keys)
        try await self.forgetGone(of: inventory.entries.subtracting(declared), &inventory)
        let missing = inventory.entries.subtracting(declared)
        let settled = self.goneSince.withLock { goneSince in
            goneSince = goneSince.filter { missing.contains($0.key) }
            for entry in missing where goneSince[entry] == nil { goneSince[entry] = now }
            return missing.filter { entry in goneSince[entry].map { now - $0 >= delay } ?? false }
        }
        guard settled.count == missing.count else {
            report.isWaitingToPrune = true
            return
        }
        let decision = PruneDecision(
            inventory: inventory.entries,
            declared: declared,
            hasInvalidFiles: reading.hasInvalidFiles,
            emptyFile: reading.emptyFile,
            maximumDeletes: self.maximumDeletes
        )
        switch decision {
        case .hold(let entries, let reason):
            report.heldBack = entries.count
            let names = entries.prefix(10).map(\.description).joined(separator: ", ")
            let more = entries.count > 10 ? " and \(entries.count - 10) more" : ""
            try await pruner.tellHeldBack(entries.prefix(10), reason)
            report.problems.append("held back \(entries.count) deletion(s): \(reason). They are \(names)\(more)")
        case .prune(let entries):
            guard !entries.isEmpty else { return }
            for entry in entries {
                if try await pruner.prune(entry) { report.deleted += 1 }
                self.applied.withLock { _ = $0.removeValue(forKey: entry) }
                inventory.remove(entry)
            }
            try await self.store.setSetting(Self.setting, inventory.bytes)
        }
    }

    /// Takes out of the inventory what is not declared and no longer there: deleted by hand, it needs no pruning, and
    /// must not count as if it did.
    private func forgetGone(
        of undeclared: Set<Inventory.Entry>,
        _ inventory: inout Inventory
    ) async throws(APIStatus) {
        let gone = try await self.missing(of: undeclared)
        guard !gone.isEmpty else { return }
        self.applied.withLock { applied in
            for entry in gone { applied.removeValue(forKey: entry) }
        }
        inventory.entries.subtract(gone)
        try await self.store.setSetting(Self.setting, inventory.bytes)
    }

    private func lookAgain(after delay: Duration) {
        Task { [signal] in
            try? await ContinuousClock().sleep(for: delay)
            signal.raise()
        }
    }

    // MARK: - Telling

    /// Logs a pass that did something, and problems that were not there before.
    private func log(_ report: Report, told: inout [String]) {
        if report.created + report.configured + report.deleted > 0 {
            self.logger.info(
                "manifests applied",
                metadata: [
                    "created": "\(report.created)", "configured": "\(report.configured)",
                    "deleted": "\(report.deleted)", "unchanged": "\(report.unchanged)",
                ]
            )
        }
        for problem in report.problems where !told.contains(problem) {
            self.logger.error("manifest not applied", metadata: ["problem": "\(problem)"])
        }
        if report.problems.isEmpty, !told.isEmpty { self.logger.info("all manifests are applied again") }
        told = report.problems
    }
}
