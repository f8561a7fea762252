import JSON
import KubernetesModel
import Testing
import YAML

@testable import Resources

@Suite("DiagnosticFormat")
struct DiagnosticFormatTests {
    private static let diagnostics = [
        Diagnostic(
            file: "dir/my, file.yaml",
            mark: Mark(line: 3, column: 5),
            severity: .error,
            rule: .field(.unknown),
            path: FieldPath([.key("spec"), .key("x")]),
            message: "50% wrong\nand more"
        ),
        Diagnostic(file: "b.yaml", severity: .warning, rule: .manifest(.nothingSubscribed), message: "nothing"),
    ]

    private func text(_ format: DiagnosticFormat) -> String { format.text(of: Self.diagnostics, version: "1.2.3") }

    @Test("text is one line each")
    func plain() {
        let text = DiagnosticFormat.text.text(of: [Self.diagnostics[1]], version: "1")
        #expect(text == "b.yaml:1:1: warning: nothing [NothingSubscribed]\n")
        #expect(DiagnosticFormat.text.text(of: [], version: "1") == "")
    }

    // https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions
    @Test("GitHub's commands are escaped")
    func github() {
        let lines = self.text(.github).split(separator: "\n")
        #expect(
            lines == [
                "::error file=dir/my%2C file.yaml,line=3,col=5,title=FieldUnknown::spec.x: 50%25 wrong%0Aand more",
                "::warning file=b.yaml,line=1,col=1,title=NothingSubscribed::nothing",
            ]
        )
    }

    @Test("JSON tells counts and fields")
    func json() throws {
        let json = try JSONValue(parsing: self.text(.json))
        #expect(json["errors"] == 1)
        #expect(json["warnings"] == 1)
        #expect(json["diagnostics"]?.array?.first?["path"] == "spec.x")
        #expect(json["diagnostics"]?.array?.last?["reason"] == "NothingSubscribed")
    }

    // https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
    @Test("SARIF names its rules, and results point at them")
    func sarif() throws {
        let log = try JSONValue(parsing: self.text(.sarif))
        #expect(log["version"] == "2.1.0")
        let run = try #require(log["runs"]?.array?.first)
        let driver = try #require(run["tool"]?["driver"])
        #expect(driver["version"] == "1.2.3")
        let results = try #require(run["results"]?.array)
        for result in results {
            let index = try #require(result["ruleIndex"]?.integer)
            #expect(driver["rules"]?.array?[Int(index)]["id"] == result["ruleId"])
        }
        let location = try #require(results.first?["locations"]?.array?.first?["physicalLocation"])
        #expect(location["artifactLocation"]?["uri"] == "dir/my%2C%20file.yaml")
        #expect(location["region"] == ["startLine": 3, "startColumn": 5])
    }

    @Test("rule names are unique, and every rule has a sentence")
    func rules() {
        let rules = Diagnostic.Rule.all
        #expect(Set(rules.map(\.id)).count == rules.count)
        #expect(rules.allSatisfy { $0.sentence.hasSuffix(".") })
    }
}
