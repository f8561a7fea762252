import ArgumentParser
import Console

/// Which objects an apply looks after from run to run.
struct InventoryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Keep account of what is applied, in a ConfigMap peerage-inventory-NAME.",
            discussion: "Never change the name or -n of a set that is applied: a new inventory knows nothing.",
            valueName: "name"
        )
    )
    var inventory: String?

    @Flag(help: "Delete what this inventory applied before and the files no longer hold.")
    var prune = false

    @Option(help: "How many objects may be pruned at once; by default 10 or a fifth of the inventory.")
    var maxDeletes: Int?

    func validate() throws {
        if self.prune, self.inventory == nil {
            throw ValidationError("--prune needs --inventory NAME: only what an inventory has applied is ever pruned")
        }
        if let maxDeletes, maxDeletes < 0 { throw ValidationError("--max-deletes must not be negative") }
    }

    /// The inventory, if one is named.
    func book(_ session: Session) throws(CommandFailure) -> InventoryBook? {
        guard let inventory else { return nil }
        return try InventoryBook(inventory, in: session.namespace, store: session.store)
    }
}
