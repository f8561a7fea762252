import JSON
import Spelling

extension DQLCall {
    /// What functions are called in the legacy language and in SQL, where that is far from their names here.
    private static let foreignNames: [String: DQLFunction] = [
        "regex": .regexpLike, "length": .charLength, "len": .charLength, "octet_length": .byteLength,
        "cardinality": .arrayLength, "typeof": .type, "ifnull": .nvl, "ceiling": .ceil,
    ]

    /// The known function that was probably meant.
    var nearestFunction: String? {
        let names = DQLFunction.allCases.map(\.rawValue) + Self.foreignNames.keys.sorted()
        guard let name = nearest(to: self.name, among: names) else { return nil }
        return "\(Self.foreignNames[name]?.rawValue ?? name)(…)"
    }

    /// What is wrong with the number of arguments, if anything is.
    var countProblem: String? {
        guard let function = self.function, !function.argumentCount.contains(self.arguments.count) else { return nil }
        let range = function.argumentCount
        let wanted =
            switch (range.lowerBound, range.upperBound) {
            case (let low, let high) where low == high: "\(low)"
            case (let low, let high) where high > 10 && self.arguments.count < low: "at least \(low)"
            case (_, let high) where high > 10: "at most \(high)"
            case (let low, let high): "\(low) to \(high)"
            }
        let given = self.arguments.count
        return "\(function.rawValue) takes \(wanted) argument\(wanted == "1" ? "" : "s") and is given \(given)"
    }
}

/// The argument that was probably meant by a parameter.
func nearestArgument(to name: String, among arguments: DQLArguments) -> String? {
    nearest(to: name, among: arguments.names).map { ":\($0)" }
}
