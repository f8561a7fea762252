/// One step on the way to a value inside a document.
public enum PathComponent: Hashable, Sendable {
    /// The member of an object.
    case key(String)
    /// The element of an array, from zero.
    case index(Int)
}
