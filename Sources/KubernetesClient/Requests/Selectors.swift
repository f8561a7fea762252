/// Which objects of a kind a request is about, in the words of kubectl.
package struct Selectors: Sendable, Hashable {
    /// As in `app=web,tier!=db`; empty selects everything.
    package var labels: String
    /// As in `metadata.name=berlin`; empty selects everything.
    package var fields: String

    /// Creates selectors.
    package init(labels: String = "", fields: String = "") {
        self.labels = labels
        self.fields = fields
    }

    /// Everything.
    package static let everything = Selectors()
}

/// How a write is to be done.
package struct WriteOptions: Sendable, Hashable {
    /// Whether the server only tells what would happen.
    package var isDryRun: Bool
    /// Whether fields that the kind does not have are an error; otherwise they are dropped with a warning.
    package var isStrict: Bool
    /// Who writes.
    package var fieldManager: String

    /// Creates options.
    package init(isDryRun: Bool = false, isStrict: Bool = false, fieldManager: String = "peerage") {
        self.isDryRun = isDryRun
        self.isStrict = isStrict
        self.fieldManager = fieldManager
    }
}
