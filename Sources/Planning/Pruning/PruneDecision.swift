/// Which objects of an inventory go because their manifests have gone: a pure decision.
///
/// Deleting wrongly is worse than deleting late, so everything that is not plainly a wish to delete is none: a folder
/// that cannot be read, a file with an error, a folder that is suddenly empty, and more deletions at once than a
/// person makes by hand.
package enum PruneDecision: Sendable, Hashable {
    /// These go.
    case prune([Inventory.Entry])
    /// These would go, but nothing does, for this reason.
    case hold([Inventory.Entry], Reason)

    /// Why nothing goes.
    package enum Reason: Sendable, Hashable {
        /// A file has an error, so what it used to declare is not known.
        case someFilesInvalid
        /// A file is there and holds nothing, as one does while it is being written.
        case emptyFile(String)
        /// Not one manifest is left, which a folder that failed to mount looks like.
        case nothingLeft
        /// The files hold no object, which a pipeline that broke off looks like.
        case nothingGiven
        /// So many objects could not be applied, and what they are to be is not known to be there.
        case someNotApplied(Int)
        /// More than the limit at once.
        case overBudget(limit: Int)
    }

    /// Decides.
    ///
    /// - Parameters:
    ///   - inventory: What the folder has brought in.
    ///   - declared: What the folder's manifests declare now.
    ///   - hasInvalidFiles: Whether any file could not be taken.
    ///   - emptyFile: A file that is there and holds nothing.
    ///   - maximumDeletes: What the user allows at once; `nil` for the larger of 10 and a fifth of the inventory.
    package init(
        inventory: Set<Inventory.Entry>,
        declared: Set<Inventory.Entry>,
        hasInvalidFiles: Bool,
        emptyFile: String? = nil,
        maximumDeletes: Int?
    ) {
        let gone = inventory.subtracting(declared).sorted()
        let limit = maximumDeletes ?? max(10, inventory.count / 5)
        if gone.isEmpty {
            self = .prune([])
        } else if hasInvalidFiles {
            self = .hold(gone, .someFilesInvalid)
        } else if let emptyFile {
            self = .hold(gone, .emptyFile(emptyFile))
        } else if declared.isEmpty, maximumDeletes == nil {
            self = .hold(gone, .nothingLeft)
        } else if gone.count > limit {
            self = .hold(gone, .overBudget(limit: limit))
        } else {
            self = .prune(gone)
        }
    }
}

extension PruneDecision.Reason: CustomStringConvertible {
    /// Why nothing is deleted, and what to do if it should be.
    package var description: String {
        switch self {
        case .someFilesInvalid: "a file has an error; mend it first"
        case .emptyFile(let name): "\(name) is there and empty; remove the file if that is meant"
        case .nothingGiven: "the files hold no object; if that is meant, delete the objects by name"
        case .someNotApplied(let count): "\(count) object(s) could not be applied; mend that first"
        case .nothingLeft: "no manifest is left; if that is meant, allow it with --max-deletes"
        case .overBudget(let limit):
            "more than \(limit) at once; if that is meant, allow it with a higher --max-deletes"
        }
    }
}
