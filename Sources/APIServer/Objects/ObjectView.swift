import KubernetesModel

/// Objects of one kind shown as another.
struct ObjectView: Sendable {
    /// The kind as which the objects are stored.
    let stored: ResourceKind
    /// A stored object as it is shown.
    let shown: @Sendable (Object) -> Object
    /// An object that a client sent as it is stored.
    let taken: @Sendable (Object) -> Object
}
