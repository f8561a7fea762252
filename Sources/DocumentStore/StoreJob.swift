/// Something that wants to be part of the next transaction.
struct StoreJob: Sendable {
    /// How many rows it may write, which bounds a transaction; some may turn out to be known.
    let weight: Int
    /// The collections that must be there.
    let collections: [String]
    /// Whether it is answered only after its effect is durable.
    let mustBeDurable: Bool
    /// Does it; may be done again when another job's refusal has rolled the transaction back.
    ///
    /// - Returns: What gives the caller its answer, with the USN that is visible or durable then.
    let perform: @Sendable (WriteTransaction, StoreWriter.Tables) throws -> @Sendable (UInt64) -> Void
    /// Answers with an error instead.
    let refuse: @Sendable (StoreError) -> Void
}
