import KubernetesModel

/// What a write makes of a stored object, decided before anything is written.
enum Transition: Sendable, Hashable {
    /// Nothing is different: no write, no new version, no event.
    case unchanged
    /// The object stays, like this.
    case stored(Object)
    /// The object goes; this is how it is last.
    case removed(Object)
}
