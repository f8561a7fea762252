import JSON

/// What `apply` makes of a live object: the fields that a manifest names, without those that it used to name.
///
/// Fields that the manifest never named are left as they are, so that `suspend` set by a person, or a label set by a
/// controller, outlives the next apply. Lists are replaced whole, as for every custom resource.
/// Source: Kubernetes, "Declarative Management of Kubernetes Objects": how apply calculates differences.
package enum ThreeWayMerge {
    /// Where `kubectl apply` keeps the manifest that it applied last; sharing it lets both work on one object.
    package static let annotation = "kubectl.kubernetes.io/last-applied-configuration"

    /// Merges a manifest into a live object.
    ///
    /// - Parameters:
    ///   - manifest: What shall be.
    ///   - live: What is.
    /// - Returns: The object to write; equal to `live` when nothing is to be done.
    package static func apply(_ manifest: Object, to live: Object) -> Object {
        let last = live.metadata.annotations[Self.annotation].flatMap { try? JSONValue(parsing: $0) }
        let merged = Self.merge(live: live.json, last: last, next: manifest.json)
        var object = Object(merged)
        object.metadata = Self.metadata(object.metadata, live: live.metadata, remembering: manifest)
        object.status = live.status
        return object
    }

    /// The object as it is created: the manifest, which remembers itself.
    package static func creation(of manifest: Object) -> Object {
        var object = manifest
        object.metadata.annotations[Self.annotation] = Self.text(of: manifest)
        object.status = nil
        return object
    }

    /// Keeps what only the server may set, and remembers the manifest.
    private static func metadata(_ merged: ObjectMeta, live: ObjectMeta, remembering manifest: Object) -> ObjectMeta {
        var metadata = live
        metadata.labels = merged.labels
        metadata.annotations = merged.annotations
        metadata.annotations[Self.annotation] = Self.text(of: manifest)
        return metadata
    }

    private static func text(of manifest: Object) -> String {
        var manifest = manifest
        manifest.metadata.annotations[Self.annotation] = nil
        manifest.status = nil
        return manifest.json.text
    }

    /// A merge patch (RFC 7396) of what is left of the live object: a member that says null asks for nothing, as
    /// everywhere in the Kubernetes API.
    private static func merge(live: JSONValue, last: JSONValue?, next: JSONValue) -> JSONValue {
        self.remove(from: live, last: last, next: next).merged(with: next)
    }

    /// Takes away what the manifest used to name and names no more.
    private static func remove(from live: JSONValue, last: JSONValue?, next: JSONValue) -> JSONValue {
        guard case .object(var result) = live, let next = next.object else { return live }
        for member in last?.object?.members ?? [] {
            guard let value = result[member.key] else { continue }
            result[member.key] = next[member.key].map { self.remove(from: value, last: member.value, next: $0) }
        }
        return .object(result)
    }
}
