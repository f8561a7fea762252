import JSON
import Spelling

extension DQLCall {
    /// The known function that was probably meant.
    var nearestFunction: String? {
        // The one function of the legacy language that is far from its heir.
        if self.name.lowercased() == "regex" { return "\(DQLFunction.regexpLike.rawValue)(…)" }
        return nearest(to: self.name, among: DQLFunction.allCases.map(\.rawValue)).map { "\($0)(…)" }
    }

    /// What is wrong with the number of arguments, if anything is.
    var countProblem: String? {
        guard let function = self.function, !function.argumentCount.contains(self.arguments.count) else { return nil }
        let range = function.argumentCount
        let wanted =
            switch (range.lowerBound, range.upperBound) {
            case (let low, let high) where low == high: "\(low)"
            case (let low, let high) where high > 10: "at least \(low)"
            case (let low, let high): "\(low) to \(high)"
            }
        let given = self.arguments.count
        return "\(function.rawValue) takes \(wanted) argument\(wanted == "1" ? "" : "s") and is given \(given)"
    }
}

/// The argument that was probably meant by a parameter.
func nearestArgument(to name: String, among arguments: JSONObject) -> String? {
    nearest(to: name, among: arguments.keys).map { ":\($0)" }
}
