import JSON
import KubernetesModel
import YAML

/// Objects as text that programs read.
package enum ObjectPrinter {
    /// The objects as YAML: one as it is, several as a `List`.
    package static func yaml(_ objects: [Object], isList: Bool) -> String {
        YAML.text(of: [self.whole(objects, isList: isList)], firstKeys: YAMLEmitter.resourceKeys)
    }

    /// The objects as JSON: one as it is, several as a `List`.
    package static func json(_ objects: [Object], isList: Bool) -> String {
        self.whole(objects, isList: isList).indentedText
    }

    private static func whole(_ objects: [Object], isList: Bool) -> JSONValue {
        if !isList, let only = objects.first, objects.count == 1 { return self.shown(only) }
        return [
            "apiVersion": "v1", "kind": "List", "metadata": ["resourceVersion": ""],
            "items": .array(objects.map(self.shown)),
        ]
    }

    /// The object without the bookkeeping of field owners, which kubectl hides as well.
    private static func shown(_ object: Object) -> JSONValue {
        var object = object
        object.metadata.other["managedFields"] = nil
        return object.json
    }
}
