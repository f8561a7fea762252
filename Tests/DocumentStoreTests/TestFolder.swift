import Documents
import FoundationEssentials
import JSON

@testable import DocumentStore

/// A folder that is gone with its owner.
final class TestFolder: Sendable {
    let path: String

    init() throws {
        self.path = "\(FileManager.default.temporaryDirectory.path)/peerage-documents-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: self.path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: self.path) }

    /// The path of a store's file in the folder.
    var file: String { "\(self.path)/app.sqlite" }

    func open(_ options: AppStoreOptions = AppStoreOptions(), peer: UInt64 = 1) throws -> AppStore {
        try AppStore(path: self.file, peer: PeerID(rawValue: peer), options: options)
    }
}

/// A seeded source of chance (SplitMix64).
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}

/// Ids that need every form of a key.
let oddIDs: [JSONValue] = [
    "a", "b", "", "a b", "a!", "a\"b", "back\\slash", "tab\t", "é", "{\"k\":1}", ["k": 1], ["k": ["m": "x"]], "zz", "Z",
]

extension LocalEdit {
    static func insert(_ value: JSONValue, into name: String = "cars", onConflict: ConflictPolicy = .fail) throws
        -> LocalEdit
    {
        LocalEdit(name, .insert(try DocumentContent(value), onConflict: onConflict))
    }
}

extension RemoteBatch {
    init(_ collection: String, from origin: String, _ versions: [DocumentVersion]) {
        self.init(collection: collection, origin: origin)
        for version in versions {
            self.append(
                id: version.body == nil ? version.id.bytes : nil,
                body: version.body,
                stamps: version.stamps
            )
        }
    }
}

extension AppStore {
    /// Every change of the log, read with small limits.
    func log(_ query: ChangeQuery = ChangeQuery(maximumRows: 3)) async throws -> [StoredDocument] {
        var found: [StoredDocument] = []
        var batch = ChangeBatch()
        var usn: UInt64 = 0
        repeat {
            try await self.changes(after: usn, upTo: self.visibleUSN, query, into: &batch)
            usn = batch.lookedThrough
            found += batch.documents
        } while !batch.isComplete
        return found
    }
}
