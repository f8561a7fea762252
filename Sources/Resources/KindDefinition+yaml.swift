import JSON
import KubernetesModel
import YAML

extension KindDefinition {
    /// The CustomResourceDefinition as a file of its own.
    package var customResourceDefinitionYAML: String {
        "# Made by `peerage schema crd \(self.kind.kind)`; change the schema in Sources/Resources instead.\n"
            + YAML.text(of: [self.customResourceDefinition], firstKeys: YAMLEmitter.resourceKeys)
    }

    /// The name of that file, as controller-gen would name it.
    package var customResourceDefinitionFileName: String { "\(self.kind.group)_\(self.kind.plural).yaml" }
}
