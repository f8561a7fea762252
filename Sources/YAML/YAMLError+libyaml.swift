import CYAML

extension YAMLError {
    /// The error in which libyaml's parser stopped.
    init(_ parser: yaml_parser_t, input: UnsafeBufferPointer<UInt8>) {
        let problem = parser.problem.map { String(cString: $0) } ?? "unreadable text"
        switch parser.error {
        case YAML_MEMORY_ERROR:
            self.init(.outOfMemory, at: Mark(parser.mark), "no memory left for the YAML parser")
        case YAML_READER_ERROR:
            let mark = Mark(ofByte: Int(clamping: parser.problem_offset), in: input)
            self.init(.encoding, at: mark, Self.encodingMessage(problem, value: parser.problem_value))
        default:
            let failure = SyntaxFailure(
                problem: problem,
                context: parser.context.map { String(cString: $0) } ?? "",
                mark: Mark(parser.problem_mark),
                contextMark: Mark(parser.context_mark),
                byte: parser.buffer.pointer < parser.buffer.last ? parser.buffer.pointer.pointee : nil
            )
            // At the end of a text without a last line feed libyaml is a line too far.
            let end = Mark(ofByte: input.count, in: input)
            self.init(.syntax, at: min(failure.place, end), failure.message)
        }
    }

    private static func encodingMessage(_ problem: String, value: Int32) -> String {
        switch problem {
        case "control characters are not allowed":
            let code = String(value, radix: 16, uppercase: true)
            let padded = String(repeating: "0", count: max(0, 4 - code.utf8.count)) + code
            return "found the control character U+\(padded): write it as an escape in double quotes"
        case let text where text.contains("UTF-16") || text.contains("surrogate"):
            return "the text is not valid UTF-16 here: save the file as UTF-8"
        default: return "the text is not valid UTF-8 here: save the file as UTF-8"
        }
    }
}

/// What libyaml says about a text that breaks the grammar, put into words for whoever wrote the text.
private struct SyntaxFailure {
    let problem: String
    let context: String
    let mark: Mark
    let contextMark: Mark
    /// The byte at which the scanner stands.
    let byte: UInt8?

    /// libyaml notices an unclosed quote or a missing ':' long behind the place that has to change.
    var place: Mark {
        switch (self.context, self.problem) {
        case ("while scanning a simple key", _), ("while scanning a quoted scalar", "found unexpected end of stream"),
            ("while scanning a quoted scalar", "found unexpected document indicator"):
            self.contextMark
        default: self.mark
        }
    }

    var message: String {
        switch self.problem {
        case "could not find expected ':'": "this line is neither a key with ':' nor a list item with '-'"
        case "mapping values are not allowed in this context":
            "a ':' cannot stand here: put text that holds ': ' in quotes, or check the indentation"
        case "mapping keys are not allowed in this context": "a key cannot start here: put it on a line of its own"
        case "block sequence entries are not allowed in this context":
            "a list item cannot start here: put the '-' on a line of its own"
        case "found character that cannot start any token": self.wrongStart
        case "found a tab character that violates indentation",
            "found a tab character where an indentation space is expected":
            Self.tab
        case "found unexpected end of stream" where self.context == "while scanning a quoted scalar",
            "found unexpected document indicator":
            "the quoted text that starts here has no closing quote"
        case "found unknown escape character":
            "unknown escape in double quotes: write a backslash as '\\\\', or use single quotes"
        case "did not find expected hexdecimal number", "found invalid Unicode character escape code":
            "broken escape in double quotes: write a backslash as '\\\\', or use single quotes"
        case "did not find expected <document start>":
            "expected '---' before another document: check the indentation of this line"
        case "did not find expected node content": "expected a value here"
        case "found undefined tag handle": "the tag here has a handle that no %TAG line declares"
        case "found incompatible YAML document": "this version of YAML is not supported: use 1.1 or 1.2"
        case "did not find expected key" where self.context == "while parsing a block mapping":
            "expected a key in the same column as the mapping's first key at \(self.contextMark)"
        case "did not find expected '-' indicator":
            "expected '-' in the same column as the list's first item at \(self.contextMark)"
        case "did not find expected ',' or ']'", "did not find expected ',' or '}'":
            "expected \(self.problem.dropFirst("did not find expected ".count)) to go on with "
                + "the brackets that open at \(self.contextMark)"
        default: self.context.isEmpty ? self.problem : "\(self.problem) \(self.context)"
        }
    }

    private static let tab = "found a tab where indentation needs spaces"

    private var wrongStart: String {
        switch self.byte {
        case UInt8(ascii: "\t"): Self.tab
        case let byte? where byte > 0x20 && byte < 0x7F:
            "text cannot start with '\(Unicode.Scalar(byte))': put it in quotes"
        default: "no value can start with this character: put the text in quotes"
        }
    }
}
