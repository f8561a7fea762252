import Testing

/// Prometheus' text format, read back as strictly as its documentation describes it.
///
/// Source: prometheus.io, "Exposition formats", text-based format.
struct Exposition {
    struct Sample: Equatable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    private(set) var types: [String: String] = [:]
    private(set) var samples: [Sample] = []

    init(_ bytes: [UInt8]) throws {
        let text = try #require(String(validating: bytes, as: UTF8.self))
        #expect(text.isEmpty || text.hasSuffix("\n"), "the last line ends with a line feed")
        var helped: Set<String> = []
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ", maxSplits: 3).map(String.init)
            if line.hasPrefix("# HELP ") {
                #expect(helped.insert(words[2]).inserted, "one HELP for each metric: \(line)")
            } else if line.hasPrefix("# TYPE ") {
                #expect(self.types.updateValue(words[3], forKey: words[2]) == nil, "one TYPE for each metric: \(line)")
                #expect(helped.contains(words[2]), "HELP comes before TYPE: \(line)")
            } else {
                self.samples.append(try Self.sample(String(line)))
            }
        }
        for sample in self.samples {
            #expect(self.types[self.family(of: sample.name)] != nil, "\(sample.name) has no TYPE")
        }
        let series = self.samples.map { "\($0.name) \($0.labels.sorted { $0.key < $1.key })" }
        #expect(Set(series).count == series.count, "no series twice")
    }

    /// The value of a series.
    subscript(name: String, labels: [String: String]) -> Double? {
        self.samples.first { $0.name == name && $0.labels == labels }?.value
    }

    /// The metric that a sample belongs to.
    func family(of name: String) -> String {
        for suffix in ["_bucket", "_sum", "_count"] where name.hasSuffix(suffix) {
            let stem = String(name.dropLast(suffix.count))
            if self.types[stem] == "histogram" { return stem }
        }
        return name
    }

    private static func sample(_ line: String) throws -> Sample {
        var rest = Substring(line)
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ":") }
        #expect(!name.isEmpty && name.first?.isNumber == false, "a name begins the line: \(line)")
        rest = rest.dropFirst(name.count)
        var labels: [String: String] = [:]
        if rest.first == "{" {
            rest.removeFirst()
            while rest.first != "}" {
                let label = rest.prefix { $0 != "=" }
                rest = rest.dropFirst(label.count)
                try #require(rest.hasPrefix("=\""), "a label has a quoted value: \(line)")
                rest = rest.dropFirst(2)
                #expect(labels.updateValue(try Self.value(&rest, line), forKey: String(label)) == nil, "\(line)")
                if rest.first == "," { rest.removeFirst() }
            }
            rest.removeFirst()
        }
        try #require(rest.first == " ", "a space stands before the value: \(line)")
        let number = rest.dropFirst()
        let special: [Substring: Double] = ["+Inf": .infinity, "-Inf": -.infinity, "NaN": .nan]
        return Sample(
            name: String(name),
            labels: labels,
            value: try #require(special[number] ?? Double(number), "a number ends the line: \(line)")
        )
    }

    private static func value(_ rest: inout Substring, _ line: String) throws -> String {
        var value = ""
        while true {
            let next = rest.popFirst()
            switch try #require(next, "a value ends with a quote: \(line)") {
            case "\"": return value
            case "\\":
                let escapes: [Character: Character] = ["\\": "\\", "\"": "\"", "n": "\n"]
                let escape = rest.popFirst().flatMap { escapes[$0] }
                value.append(try #require(escape, "an escape is one of three: \(line)"))
            case let character: value.append(character)
            }
        }
    }
}
