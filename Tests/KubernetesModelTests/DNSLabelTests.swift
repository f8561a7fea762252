import KubernetesModel
import Testing

@Suite("DNSLabel")
struct DNSLabelTests {
    // https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-label-names
    @Test(
        "labels of RFC 1123 are taken",
        arguments: ["a", "0", "berlin", "bp-1", "1-2", String(repeating: "a", count: 63)]
    )
    func sound(text: String) throws {
        let label = try #require(DNSLabel(text))
        #expect(label.description == text)
        #expect(text.wholeMatch(of: try Regex(DNSLabel.regex)) != nil)
    }

    @Test(
        "what offends is named with its place",
        arguments: [
            ("", "is empty"),
            ("Berlin", "has \"B\" at character 1; names are lower case"),
            ("bp_1", "has \"_\" at character 3"),
            ("bp 1", "has a space at character 3"),
            ("münchen", "has \"ü\" at character 2"),
            ("-a", "starts with \"-\""),
            ("a-", "ends with \"-\""),
            (String(repeating: "a", count: 64), "has 64 characters, and at most 63 are allowed"),
        ]
    )
    func unsound(text: String, problem: String) {
        #expect(DNSLabel.problem(in: text) == problem)
        #expect(DNSLabel(text) == nil)
    }

    @Test("a name with dots tells which part offends")
    func subdomain() {
        #expect(DNSSubdomain("berlin.example") != nil)
        #expect(DNSSubdomain.problem(in: "a..b") == "has the part \"\", which is empty")
        #expect(DNSSubdomain.problem(in: "A") == "has \"A\" at character 1; names are lower case")
        #expect(DNSSubdomain("a.b-") == nil)
    }

    // https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
    @Test("keys and values of labels follow their own rules")
    func labels() {
        #expect(QualifiedName("app.kubernetes.io/name") != nil)
        #expect(QualifiedName("Team_1") != nil)
        #expect(QualifiedName.problem(in: "a/b/c") == "has more than one \"/\"")
        #expect(QualifiedName.problem(in: "x/") == "has no name")
        #expect(QualifiedName("Example.com/x") == nil)
        #expect(LabelValue("") != nil)
        #expect(LabelValue("v1.2_3") != nil)
        #expect(LabelValue.problem(in: "a b") == "has a space at character 2")
        #expect(LabelValue.problem(in: "-a") == "starts with \"-\"")
    }
}
