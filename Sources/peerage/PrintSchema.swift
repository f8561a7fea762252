import ArgumentParser
import Console
import JSON
import KubernetesModel
import Metering
import Operator
import Resources

/// `peerage schema`.
struct PrintSchema: ParsableCommand {
    /// What a schema is for.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// CustomResourceDefinitions for a cluster.
        case crd
        /// JSON Schema for editors.
        case json
        /// The reference page of the documentation.
        case markdown
        /// The reference page of metrics.
        case metrics
        /// JSON Schema of what `peerage diff -o json` prints.
        case diff
    }

    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the schemas of our kinds: CRDs for a cluster, JSON Schema for editors, Markdown for people.",
        discussion: """
            Examples:
              peerage schema crd | kubectl apply -f -
              peerage schema crd BigPeer
              peerage schema diff                  the form of peerage diff -o json
              peerage schema json > peerage.schema.json
                # then, at the head of a manifest:
                # yaml-language-server: $schema=peerage.schema.json
            """
    )

    @Argument(help: "crd, json, markdown, diff, or metrics for the page of metrics.")
    var form: Form = .crd

    @Argument(help: "Only this kind.", completion: .list(CommandKinds.managed.map(\.singular)))
    var kind: String?

    func run() throws {
        var definitions = PeerageAPI.definitions
        if let word = self.kind {
            let kind = try CommandKinds.kind(named: word)
            definitions = definitions.filter { $0.kind == kind }
            guard !definitions.isEmpty else {
                throw CommandFailure(
                    .no,
                    "\(kind.kind) is a kind of Kubernetes itself; schemas are for "
                        + PeerageAPI.definitions.map(\.kind.kind).joined(separator: ", ")
                )
            }
        }
        switch self.form {
        case .crd:
            Terminal.output.write(definitions.map(\.customResourceDefinitionYAML).joined(separator: "---\n"))
        case .markdown: Terminal.output.write(ReferencePage.text(of: definitions))
        case .metrics: Terminal.output.write(MetricsReference.text(of: OperatorMetrics.definitions))
        case .diff: Terminal.output.write(DiffReport.schema.indentedText)
        case .json: Terminal.output.write(Self.json(definitions).indentedText)
        }
    }

    /// One kind's schema as it is; for several, one schema that takes any of them.
    private static func json(_ definitions: [KindDefinition]) -> JSONValue {
        if let only = definitions.first, definitions.count == 1 { return only.jsonSchema }
        return [
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": .string(PeerageAPI.apiVersion),
            "oneOf": .array(
                definitions.map { definition in
                    var schema = definition.jsonSchema
                    schema["$schema"] = nil
                    return schema
                }
            ),
        ]
    }
}
