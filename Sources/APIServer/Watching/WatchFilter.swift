import KubernetesModel
import ResourceStore

/// Shows a client the changes of what it selected, as if nothing else existed.
///
/// An object that stops being selected looks deleted, one that starts looks added. What was not selected before the
/// watch began is known from a list; an object that changed between the version to watch from and that list may be told
/// as deleted although the client never saw it, which informers ignore.
struct WatchFilter: Sendable {
    private let selection: Selection
    private var outside: Set<ObjectKey>

    /// Creates a filter.
    ///
    /// - Parameters:
    ///   - selection: What the client selected.
    ///   - outside: Objects that are known not to be selected at the version that is watched from.
    init(_ selection: Selection, outside: some Sequence<ObjectKey>) {
        self.selection = selection
        self.outside = Set(outside)
    }

    /// What the client is told of a change.
    mutating func seen(_ event: WatchEvent) -> WatchEvent? {
        if self.selection.isEverything { return event }
        switch event {
        case .bookmark: return event
        case .added(let object), .modified(let object):
            let key = object.key
            guard self.selection.matches(object) else {
                guard self.outside.insert(key).inserted, case .modified = event else { return nil }
                return .deleted(object)
            }
            let wasOutside = self.outside.remove(key) != nil
            if case .added = event { return event }
            return wasOutside ? .added(object) : .modified(object)
        case .deleted(let object):
            // What counts is what the client knows: the last write may have taken both label and finalizer away.
            return self.outside.remove(object.key) != nil ? nil : event
        }
    }
}
