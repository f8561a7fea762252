import JSON

/// Keeps a small JSON patch from building a huge or endlessly deep document by copying and moving.
struct JSONPatchBudget {
    /// How deep a document may become; the same as for one that is sent whole.
    private static let maximumDepth = 100
    /// How many values all copies and moves of one patch may touch.
    private static let maximumNodes = 1_000_000

    private var nodes = 0

    /// Checks an operation before it is carried out.
    mutating func charge(_ operation: JSONPatchOperation, in document: JSONValue) throws(JSONPatchError) {
        let value: JSONValue
        let path: [String]
        switch operation {
        case .test, .remove: return
        case .add(let to, let new), .replace(let to, let new): (path, value) = (to, new)
        case .copy(let from, let to), .move(let from, let to): (path, value) = (to, try document.value(at: from))
        }
        let extent = value.extent
        self.nodes += extent.nodes
        guard path.count + extent.depth <= Self.maximumDepth else {
            throw JSONPatchError(message: "the result has more than \(Self.maximumDepth) levels of nesting")
        }
        guard self.nodes <= Self.maximumNodes else {
            throw JSONPatchError(message: "the patch writes more than \(Self.maximumNodes) values")
        }
    }
}

extension JSONValue {
    /// How many levels and values there are.
    fileprivate var extent: (depth: Int, nodes: Int) {
        switch self {
        case .array(let elements): Self.extent(of: elements)
        case .object(let object): Self.extent(of: object.members.map(\.value))
        default: (0, 1)
        }
    }

    private static func extent(of children: [JSONValue]) -> (depth: Int, nodes: Int) {
        var result = (depth: 0, nodes: 1)
        for child in children {
            let extent = child.extent
            result.depth = max(result.depth, extent.depth)
            result.nodes += extent.nodes
        }
        result.depth += 1
        return result
    }
}
