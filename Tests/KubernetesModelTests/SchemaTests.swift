import JSON
import KubernetesModel
import Testing

@Suite("Schema")
struct SchemaTests {
    private enum Colour: String, CaseIterable {
        case red = "Red"
        case blue = "Blue"
    }

    private static let schema = Schema.object(
        "A test.",
        [
            .required("name", .string("A name.", .dnsLabel, length: 1...63), .fixed),
            .optional("colour", .word("A colour.", Colour.self), default: "Red"),
            .optional("count", .integer("A count.", 1...10), .fixedOnceSet),
            .optional("isOn", .boolean("Whether it is on.")),
            .optional("hosts", .list("Hosts.", of: .string("A host."), .set, maximumCount: 3)),
            .optional(
                "users",
                .list(
                    "Users.",
                    of: .object(
                        "A user.",
                        [.required("id", .string("An id.")), .optional("n", .integer("N.", 0...9))]
                    ),
                    .map(keys: ["id"]),
                    maximumCount: 3
                )
            ),
            .optional("tags", .map("Tags.", of: .string("A tag."), keys: .dnsLabel, maximumCount: 2)),
            .optional("rest", .anything("Anything.")),
        ]
    )

    private func problems(_ json: JSONValue) -> [String] {
        Self.schema.problems(in: json, at: FieldPath([.key("spec")])).map { "\($0) [\($0.reason.rawValue)]" }
    }

    @Test("a sound value has no problems, and null is as good as absent")
    func sound() {
        let sound: JSONValue = [
            "name": "a", "colour": .null, "count": 10, "isOn": true, "hosts": ["x", "y"],
            "users": [["id": "1", "n": .null]],
            "tags": ["t": .null, "u": "v"], "rest": ["x": [1, .null]],
        ]
        #expect(self.problems(sound) == [])
    }

    @Test("every problem is told in one pass")
    func allAtOnce() {
        let unsound: JSONValue = [
            "color": "Red", "colour": "blue", "count": 11, "isOn": "yes", "hosts": ["x", "y", "x", 4],
            "users": [["id": "1"], ["id": "1", "m": 1], [:]], "tags": ["T": "a", "b": "c", "d": true], "rest": [],
            "unheardOf": 1,
        ]
        #expect(
            self.problems(unsound) == [
                "spec.color: unknown field \"color\", did you mean \"colour\"? [FieldUnknown]",
                "spec.colour: is \"blue\"; expected one of \"Red\", \"Blue\" (did you mean \"Blue\"?) "
                    + "[FieldValueNotSupported]",
                "spec.count: is 11; expected 1 to 10 [FieldValueInvalid]",
                "spec.hosts: has 4 elements; expected at most 3 [FieldValueTooMany]",
                "spec.hosts[3]: is the integer 4; expected a string: write \"4\" in quotes [FieldValueTypeInvalid]",
                "spec.hosts[2]: repeats element [0], \"x\" [FieldValueDuplicate]",
                "spec.isOn: is the string \"yes\"; expected a boolean: write true without quotes "
                    + "[FieldValueTypeInvalid]",
                "spec.rest: is a list; expected an object [FieldValueTypeInvalid]",
                "spec.tags: has 3 keys; expected at most 2 [FieldValueTooMany]",
                "spec.tags.T: the key has \"T\" at character 1; names are lower case; expected "
                    + "\(DNSLabel.meaning) [FieldValueInvalid]",
                "spec.tags.d: is the boolean true; expected a string: write \"true\" in quotes [FieldValueTypeInvalid]",
                "spec.unheardOf: unknown field \"unheardOf\"; the fields here are name, colour, count, isOn, hosts, "
                    + "users, tags, rest [FieldUnknown]",
                "spec.users[1].m: unknown field \"m\", did you mean \"n\"? [FieldUnknown]",
                "spec.users[2].id: is missing; expected a string [FieldValueRequired]",
                "spec.users[1]: repeats element [0], [\"1\"] [FieldValueDuplicate]",
                "spec.name: is missing; expected \(DNSLabel.meaning) [FieldValueRequired]",
            ]
        )
    }

    @Test(
        "a wrong type says what to write",
        arguments: [
            ("count", "5", "is the string \"5\"; expected an integer: write 5 without quotes"),
            ("count", .number(5.5), "is the number 5.5; expected a whole number"),
            ("name", true, "is the boolean true; expected a string: write \"true\" in quotes"),
            ("name", -1, "is the integer -1; expected \(DNSLabel.meaning)"),
            ("name", .number(1.5), "is the number 1.5; expected a string: put it in quotes"),
            ("name", ["a"], "is a list; expected a string"),
            ("hosts", "a", "is the string \"a\"; expected a list: write [\"a\"]"),
            ("isOn", "maybe", "is the string \"maybe\"; expected true or false"),
            ("tags", [["a": "b"]], "is a list; expected an object"),
        ] as [(String, JSONValue, String)]
    )
    func wrongType(field: String, value: JSONValue, sentence: String) throws {
        var json: JSONValue = ["name": "a"]
        json[field] = value
        let problem = try #require(Self.schema.problems(in: json).first)
        #expect(problem.sentence == sentence)
        #expect(problem.reason == .typeInvalid)
        #expect(problem.reason.causeType == "FieldValueTypeInvalid")
    }

    @Test("length counts characters, not bytes")
    func length() {
        let schema = Schema.string("Text.", length: 1...3)
        #expect(schema.problems(in: "äöü").isEmpty)
        #expect(schema.problems(in: "äöüß").map(\.reason) == [.tooLong])
        #expect(schema.problems(in: "").map(\.sentence) == ["is empty; expected text"])
    }

    @Test("fixed fields stay, and others may be set once")
    func immutability() {
        func reasons(_ old: JSONValue, _ new: JSONValue) -> [String] {
            Self.schema.immutabilityProblems(from: old, to: new).map(\.description)
        }
        let advice = "; delete the object and create it anew instead"
        #expect(reasons(["name": "a"], ["name": "a", "count": 1]) == [])
        #expect(reasons(["name": "a", "count": .null], ["name": "a"]) == [])
        #expect(
            reasons(["name": "a"], ["name": "b"])
                == ["name: is immutable: it was \"a\" and cannot become \"b\"\(advice)"]
        )
        #expect(
            reasons(["name": "a", "count": 1], ["name": "a", "count": 2])
                == ["count: is immutable: it was 1 and cannot become 2\(advice)"]
        )
        #expect(
            reasons(["name": "a", "count": 1], ["name": "a", "count": .null])
                == ["count: is immutable: it was 1 and cannot be taken away\(advice)"]
        )
    }

    @Test("nulls that mean absent are taken out, and the user's own are kept")
    func withoutNulls() {
        let json: JSONValue = ["name": "a", "colour": .null, "tags": ["a": .null], "rest": ["x": .null]]
        #expect(Self.schema.withoutNulls(json) == ["name": "a", "tags": [:], "rest": ["x": .null]])
    }
}
