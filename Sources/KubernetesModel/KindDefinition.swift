import JSON

/// All that there is to know about a kind: its names, its fields, its tables, and the rules that no schema can say.
///
/// *Guarantees:* `problems(in:old:)` tells everything that is wrong in one go, for an object of any shape.
package struct KindDefinition: Sendable {
    /// Finds what no schema can say.
    ///
    /// The objects may be of any shape; what the schema already found is not to be told again.
    package typealias Rules = @Sendable (_ new: JSONValue, _ old: JSONValue?) -> [FieldProblem]

    /// The kind's names.
    package let kind: ResourceKind
    /// The whole object.
    package let schema: Schema
    /// The table that clients print.
    package let printerColumns: [PrinterColumn]
    /// The rules that no schema can say.
    package let rules: Rules

    /// Defines a kind.
    ///
    /// - Parameters:
    ///   - kind: The kind's names.
    ///   - description: What an object of the kind is, in whole sentences.
    ///   - spec: The desired state.
    ///   - status: The observed state.
    ///   - printerColumns: The table that clients print, without the name.
    ///   - serverRules: What API servers should check of the whole object, its name included.
    ///   - rules: The rules that no schema can say.
    package init(
        kind: ResourceKind,
        description: String,
        spec: Schema,
        status: Schema,
        printerColumns: [PrinterColumn],
        serverRules: [Schema.Rule] = [],
        rules: @escaping Rules
    ) {
        self.init(
            kind: kind,
            description: description,
            fields: [.required("spec", spec), .optional("status", status)],
            serverRules: serverRules,
            printerColumns: printerColumns,
            rules: rules
        )
    }

    /// Defines a kind that is not made of spec and status.
    ///
    /// - Parameters:
    ///   - kind: The kind's names.
    ///   - description: What an object of the kind is, in whole sentences.
    ///   - metadata: What `metadata` may hold.
    ///   - fields: The fields beside `apiVersion`, `kind` and `metadata`.
    ///   - serverRules: What API servers should check of the whole object, its name included.
    ///   - printerColumns: The table that clients print, without the name.
    ///   - rules: The rules that no schema can say.
    package init(
        kind: ResourceKind,
        description: String,
        metadata: Schema = .objectMeta,
        fields: [SchemaProperty],
        serverRules: [Schema.Rule] = [],
        printerColumns: [PrinterColumn] = [.age],
        rules: @escaping Rules = { _, _ in [] }
    ) {
        self.kind = kind
        let head: [SchemaProperty] = [
            .required("apiVersion", .word("The version of the schema.", [kind.apiVersion])),
            .required("kind", .word("The kind of object.", [kind.kind])),
            .required("metadata", metadata),
        ]
        self.schema = .object(description, rules: serverRules, head + fields)
        self.printerColumns = printerColumns
        self.rules = rules
    }

    /// Finds everything that is wrong with an object.
    ///
    /// - Parameters:
    ///   - object: The object as it should become.
    ///   - old: The object as it is, when there is one.
    /// - Returns: All problems; none means that the object may be stored.
    package func problems(in object: JSONValue, old: JSONValue? = nil) -> [FieldProblem] {
        var problems = self.schema.problems(in: object)
        guard object.object != nil else { return problems }
        problems += Schema.metadataProblems(in: object, of: self.kind)
        if let old { problems += self.schema.immutabilityProblems(from: old, to: object) }
        return problems + self.rules(object, old)
    }
}
