import Testing

@testable import YAML

@Suite("Error")
struct ErrorTests {
    @Test(
        "an error says where and what to do",
        arguments: [
            ("a:\n\t- b", "line 2, column 1: found a tab where indentation needs spaces"),
            ("a:\n  b: 1\n\tc: 2", "line 3, column 1: found a tab where indentation needs spaces"),
            ("a: |\n\tb", "line 2, column 1: found a tab where indentation needs spaces"),
            ("a: @b", "line 1, column 4: text cannot start with '@': put it in quotes"),
            ("a: `b`", "line 1, column 4: text cannot start with '`': put it in quotes"),
            ("a: %b", "line 1, column 4: text cannot start with '%': put it in quotes"),
            ("a: 1\nword\nb: 2", "line 2, column 1: this line is neither a key with ':' nor a list item with '-'"),
            (
                "a: b: c",
                "line 1, column 5: a ':' cannot stand here: put text that holds ': ' in quotes, or check the indentation"
            ),
            ("a: - b", "line 1, column 4: a list item cannot start here: put the '-' on a line of its own"),
            ("a: 1\nb: \"x\nc: 2\n", "line 2, column 4: the quoted text that starts here has no closing quote"),
            ("a: 'x\n---\nb: 1\n", "line 1, column 4: the quoted text that starts here has no closing quote"),
            (
                #"a: "C:\Users""#,
                #"line 1, column 9: broken escape in double quotes: write a backslash as '\\', or use single quotes"#
            ),
            (
                #"a: "\d""#,
                #"line 1, column 5: unknown escape in double quotes: write a backslash as '\\', or use single quotes"#
            ),
            (
                "a: [1, 2\nb: 3",
                "line 2, column 2: expected ',' or ']' to go on with the brackets that open at line 1, column 4"
            ),
            (
                "a: {b: 1\n",
                "line 2, column 1: expected ',' or '}' to go on with the brackets that open at line 1, column 4"
            ),
            (
                "a:\n  b: 1\n c: 2",
                "line 3, column 2: expected a key in the same column as the mapping's first key at line 1, column 1"
            ),
            (
                "- a\n- b\nc: 1",
                "line 3, column 1: expected '-' in the same column as the list's first item at line 1, column 1"
            ),
            ("a: !x!y z", "line 1, column 4: the tag here has a handle that no %TAG line declares"),
            ("%YAML 3.0\n--- a", "line 1, column 1: this version of YAML is not supported: use 1.1 or 1.2"),
            (
                "{a: 1} b",
                "line 1, column 8: expected '---' before another document: check the indentation of this line"
            ),
            ("a: *", "line 1, column 5: did not find expected alphabetic or numeric character while scanning an alias"),
        ]
    )
    func messages(text: String, expected: String) throws {
        let error = try failure(text)
        #expect(error.description == expected)
        #expect(error.reason == .syntax)
    }
}
