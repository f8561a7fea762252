import JSON

/// The configuration that kubectl applied last on the client's side, which it keeps in an annotation.
///
/// kubectl may go over from applying on its own side to server-side apply without conflicts with itself: what the
/// annotation says, and still holds, is its own. Afterwards the annotation follows, so that it may go back.
///
/// Source: `k8s.io/apimachinery/pkg/util/managedfields/internal`, `lastappliedmanager.go`, `lastappliedupdater.go`.
enum LastApplied {
    static let annotation = "kubectl.kubernetes.io/last-applied-configuration"
    /// The only manager to which this applies.
    static let manager = "kubectl"

    /// The fields of an object that the annotation says and that still are what it says.
    static func fields(in live: JSONValue, _ shape: FieldShape) -> FieldSet {
        guard let text = live["metadata"]?["annotations"]?[Self.annotation]?.string,
            let configuration = try? JSONValue(parsing: Array(text.utf8), maximumDepth: 100),
            configuration["apiVersion"] == live["apiVersion"]
        else { return FieldSet() }
        let comparison = shape.comparison(from: configuration, to: live)
        return shape.fields(of: configuration, .applied)
            .subtracting(comparison.modified).subtracting(comparison.added).subtracting(comparison.removed)
    }

    /// The object with the annotation, if it has one, telling what is now applied.
    static func following(_ object: JSONValue, _ configuration: JSONValue) -> JSONValue {
        guard var metadata = object["metadata"], var annotations = metadata["annotations"],
            annotations[Self.annotation]?.string?.isEmpty == false
        else { return object }
        var configuration = configuration
        if var own = configuration["metadata"]?["annotations"]?.object {
            own[Self.annotation] = nil
            configuration["metadata"]?["annotations"] = own.isEmpty ? nil : .object(own)
        }
        annotations[Self.annotation] = .string(configuration.text + "\n")
        metadata["annotations"] = annotations
        var object = object
        object["metadata"] = metadata
        return object
    }
}

extension ManagedFields {
    /// Carries a server-side apply out as kubectl expects it, which may have applied on its own side before.
    ///
    /// The parameters, the result and the errors are those of `applied`.
    package func appliedAfterClientSide(
        _ configuration: JSONValue,
        to live: JSONValue,
        _ shape: FieldShape,
        by manager: FieldManager,
        isForced: Bool,
        at now: String
    ) throws(FieldConflicts) -> AppliedObject {
        guard manager.name == LastApplied.manager else {
            return try self.applied(configuration, to: live, shape, by: manager, isForced: isForced, at: now)
        }
        var result: AppliedObject
        do throws(FieldConflicts) {
            result = try self.applied(configuration, to: live, shape, by: manager, isForced: isForced, at: now)
        } catch {
            if let foreign = error.without(LastApplied.fields(in: live, shape)) { throw foreign }
            result = try self.applied(configuration, to: live, shape, by: manager, isForced: true, at: now)
        }
        let object = LastApplied.following(result.object, configuration)
        result = AppliedObject(object: object, managedFields: result.managedFields)
        return result
    }
}
