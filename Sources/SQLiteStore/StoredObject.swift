import KubernetesModel

/// An object that the database holds, with the row that it is in.
struct StoredObject: Sendable {
    /// The row.
    let id: Int64
    /// The object.
    let object: Object
}
