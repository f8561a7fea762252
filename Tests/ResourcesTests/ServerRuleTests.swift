import JSON
import KubernetesModel
import Testing

@testable import Resources

/// What a Kubernetes API server asks of the rules in a CRD before it takes it.
///
/// The estimate is an upper bound of the server's own: see `RuleCost`.
@Suite("Rules for API servers")
struct ServerRuleTests {
    // kubernetes/kubernetes staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go:
    // StaticEstimatedCostLimit and StaticEstimatedCRDCostLimit.
    private static let limitPerRule = 10_000_000.0
    private static let limitPerKind = 100_000_000.0

    @Test("every rule, and all rules of a kind, stay within the server's budget", arguments: PeerageAPI.definitions)
    func budget(_ definition: KindDefinition) throws {
        let rules = try Self.rules(of: definition)
        #expect(!rules.isEmpty)
        for rule in rules {
            #expect(rule.cost.total <= Self.limitPerRule, "\(rule.path): \(rule.expression)")
        }
        #expect(rules.reduce(0) { $0 + $1.cost.total } <= Self.limitPerKind, "\(definition.kind.kind)")
    }

    @Test(
        "a change is only looked at where old and new can be told to belong together",
        arguments: PeerageAPI.definitions
    )
    func correlation(_ definition: KindDefinition) throws {
        for rule in try Self.rules(of: definition) where rule.expression.contains("oldSelf") {
            #expect(rule.isCorrelatable, "\(rule.path): the API server refuses oldSelf below an atomic list or a set")
        }
    }

    // https://kubernetes.io/docs/reference/using-api/cel/ tells since when each library is there.
    @Test("no rule needs a server newer than 1.25", arguments: PeerageAPI.definitions)
    func age(_ definition: KindDefinition) throws {
        let newer = [
            "optionalOldSelf", "quantity(", "ip(", "cidr(", "sets.", "?.", "optional.", "cel.bind", "format.",
            "semver(",
        ]
        for rule in try Self.rules(of: definition) {
            #expect(!newer.contains { rule.expression.contains($0) }, "\(rule.path): \(rule.expression)")
            #expect(Set(rule.fields) == ["rule", "message"], "\(rule.path)")
            #expect(rule.message.utf8.count <= 2048 && !rule.message.contains("\n"), "\(rule.path)")
        }
    }

    @Test("the estimate grows with the text that is compared, the list that is walked, and the lists around")
    func estimate() {
        let element: JSONValue = ["type": "object", "properties": ["name": ["type": "string", "maxLength": 100]]]
        let list: JSONValue = ["type": "array", "maxItems": 50, "items": element]
        let equal = RuleCost("self == oldSelf", in: ["type": "string", "maxLength": 100], cardinality: 1)
        #expect((40...60).contains(equal.total))
        #expect(RuleCost("self == oldSelf", in: ["type": "string"], cardinality: 1).total > 300_000)
        let walk = RuleCost("self.all(e, e.name != '')", in: list, cardinality: 1)
        #expect((50 * 40...50 * 100).contains(walk.total))
        #expect(RuleCost("self.all(e, e.name != '')", in: list, cardinality: 10).total == 10 * walk.total)
        let pairs = RuleCost("self.all(a, self.exists_one(b, a.name == b.name))", in: list, cardinality: 1)
        #expect(pairs.total > 40 * walk.total)
    }

    // MARK: - Finding the rules

    private struct ServerRule {
        let path: String
        let expression: String
        let message: String
        let fields: [String]
        let isCorrelatable: Bool
        let cost: RuleCost
    }

    private static func rules(of definition: KindDefinition) throws -> [ServerRule] {
        let version = try #require(definition.customResourceDefinition["spec"]?["versions"]?.array?.first)
        let schema = try #require(version["schema"]?["openAPIV3Schema"])
        var rules: [ServerRule] = []
        self.collect(&rules, schema, at: definition.kind.kind, cardinality: 1, isCorrelatable: true)
        return rules
    }

    private static func collect(
        _ rules: inout [ServerRule],
        _ schema: JSONValue,
        at path: String,
        cardinality: Double,
        isCorrelatable: Bool
    ) {
        for rule in schema["x-kubernetes-validations"]?.array ?? [] {
            let expression = rule["rule"]?.string ?? ""
            rules.append(
                ServerRule(
                    path: path,
                    expression: expression,
                    message: rule["message"]?.string ?? "",
                    fields: rule.object?.members.map(\.key) ?? [],
                    isCorrelatable: isCorrelatable,
                    cost: RuleCost(expression, in: schema, cardinality: cardinality)
                )
            )
        }
        for member in schema["properties"]?.object?.members ?? [] {
            self.collect(
                &rules,
                member.value,
                at: "\(path).\(member.key)",
                cardinality: cardinality,
                isCorrelatable: isCorrelatable
            )
        }
        if let items = schema["items"] {
            self.collect(
                &rules,
                items,
                at: "\(path)[]",
                cardinality: cardinality * RuleCost.count(schema),
                isCorrelatable: isCorrelatable && schema["x-kubernetes-list-type"] == "map"
            )
        }
        if let values = schema["additionalProperties"] {
            self.collect(
                &rules,
                values,
                at: "\(path).*",
                cardinality: cardinality * RuleCost.count(schema),
                isCorrelatable: isCorrelatable
            )
        }
    }
}
