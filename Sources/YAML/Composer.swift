import CYAML

/// Builds nodes from libyaml's events.
///
/// *Guarantees:* recursion is no deeper than the limit; an alias shares its anchor's storage and is counted in full, so an
/// alias bomb ends at the limit having cost no more than its text.
struct Composer: ~Copyable {
    private var events: EventReader
    private let limits: YAMLLimits
    private var anchors: [String: Anchor] = [:]
    /// Nodes so far, aliases followed.
    private var nodes = 0
    /// Bytes of text so far, aliases followed.
    private var textBytes = 0
    /// The deepest nesting since this was last reset.
    private var deepest = 0

    init(reading events: consuming EventReader, limits: YAMLLimits) {
        self.events = events
        self.limits = limits
    }

    /// Composes all documents; when one is not well formed, those before it are there all the same.
    mutating func composeStream(into documents: inout [YAMLDocument]) throws(YAMLError) {
        var count = 0
        while true {
            switch try self.events.next() {
            case YAML_DOCUMENT_START_EVENT:
                let mark = self.events.mark
                count += 1
                guard count <= self.limits.documents else {
                    throw YAMLError(.limit, at: mark, "more than \(self.limits.documents) documents in one stream")
                }
                self.anchors.removeAll(keepingCapacity: true)
                let type = try self.events.next()
                let root = try self.composeNode(type, depth: 1)
                if !root.isNull { documents.append(YAMLDocument(root: root, mark: mark)) }
            // libyaml sends nothing more once the stream has ended.
            case YAML_STREAM_END_EVENT, YAML_NO_EVENT: return
            default: continue
            }
        }
    }

    private mutating func composeNode(_ type: yaml_event_type_t, depth: Int) throws(YAMLError) -> YAMLNode {
        switch type {
        case YAML_SCALAR_EVENT: return try self.composeScalar()
        case YAML_ALIAS_EVENT: return try self.composeAlias(depth: depth)
        default: break
        }
        let mark = self.events.mark
        try self.count(nodes: 1, textBytes: 0, at: mark)
        try self.reach(depth, at: mark)
        guard self.events.anchor == nil else { return try self.composeAnchored(type, at: mark, depth: depth) }
        return YAMLNode(content: try self.composeCollection(type, at: mark, depth: depth), mark: mark)
    }

    private mutating func composeCollection(
        _ type: yaml_event_type_t,
        at mark: Mark,
        depth: Int
    ) throws(YAMLError) -> YAMLNode.Content {
        if type == YAML_SEQUENCE_START_EVENT {
            try TagText.check(self.events.tag, isMapping: false, at: mark)
            return .sequence(try self.composeElements(depth: depth))
        }
        try TagText.check(self.events.tag, isMapping: true, at: mark)
        return .mapping(try self.composeMembers(depth: depth))
    }

    private mutating func composeElements(depth: Int) throws(YAMLError) -> [YAMLNode] {
        var elements: [YAMLNode] = []
        while true {
            let type = try self.events.next()
            if type == YAML_SEQUENCE_END_EVENT { return elements }
            elements.append(try self.composeNode(type, depth: depth + 1))
        }
    }

    private mutating func composeMembers(depth: Int) throws(YAMLError) -> [YAMLNode.Member] {
        var mapping = MappingBuilder()
        mapping.members.reserveCapacity(4)
        while true {
            let type = try self.events.next()
            if type == YAML_MAPPING_END_EVENT { return try mapping.finish() }
            let keyMark = self.events.mark
            let key = try self.composeKey(type)
            let valueType = try self.events.next()
            let value = try self.composeNode(valueType, depth: depth + 1)
            switch key {
            case .merge: try mapping.merge(value, at: keyMark)
            case .text(let text): mapping.members.append(.init(key: text, keyMark: keyMark, value: value))
            }
        }
    }

    private mutating func composeScalar() throws(YAMLError) -> YAMLNode {
        let mark = self.events.mark
        let event = self.events.scalar
        try self.count(nodes: 1, textBytes: event.bytes.count, at: mark)
        let tag = try TagText.scalarTag(event.tag, at: mark)
        let scalar = YAMLScalar(text: String(decoding: event.bytes, as: UTF8.self), style: event.style, tag: tag)
        if tag != nil || event.mayHaveNoValue {
            do { _ = try scalar.value } catch { throw YAMLError(.badValue, at: mark, error.message) }
        }
        let node = YAMLNode(content: .scalar(scalar), mark: mark)
        if let anchor = event.anchor {
            self.anchors[String(cString: anchor)] = .closed(node, nodes: 1, textBytes: event.bytes.count, height: 0)
        }
        return node
    }

    private mutating func composeKey(_ type: yaml_event_type_t) throws(YAMLError) -> MappingKey {
        let mark = self.events.mark
        switch type {
        case YAML_SCALAR_EVENT:
            let event = self.events.scalar
            if event.isMergeKey {
                try self.count(nodes: 1, textBytes: 0, at: mark)
                return .merge
            }
            // Nearly all keys are words that can be nothing else.
            if event.tag == nil, event.anchor == nil, event.style != .plain || event.isSurelyText {
                try self.count(nodes: 1, textBytes: event.bytes.count, at: mark)
                return .text(String(decoding: event.bytes, as: UTF8.self))
            }
            return .text(try self.composeScalar().keyText(at: mark))
        case YAML_ALIAS_EVENT: return .text(try self.composeAlias(depth: 1).keyText(at: mark))
        default: throw YAMLError(.badKey, at: mark, "a key cannot be a list or a mapping: write text")
        }
    }
}

// MARK: - Anchors and aliases

extension Composer {
    /// A value that aliases can name, with what one alias to it costs.
    private enum Anchor {
        /// The value has begun and not ended.
        case open
        case closed(YAMLNode, nodes: Int, textBytes: Int, height: Int)
    }

    private mutating func composeAnchored(
        _ type: yaml_event_type_t,
        at mark: Mark,
        depth: Int
    ) throws(YAMLError) -> YAMLNode {
        guard let name = self.events.anchor.map({ String(cString: $0) }) else {
            return YAMLNode(content: try self.composeCollection(type, at: mark, depth: depth), mark: mark)
        }
        self.anchors[name] = .open
        let before = (nodes: self.nodes - 1, textBytes: self.textBytes, deepest: self.deepest)
        self.deepest = depth
        let node = YAMLNode(content: try self.composeCollection(type, at: mark, depth: depth), mark: mark)
        self.anchors[name] = .closed(
            node,
            nodes: self.nodes - before.nodes,
            textBytes: self.textBytes - before.textBytes,
            height: self.deepest - depth + 1
        )
        self.deepest = max(self.deepest, before.deepest)
        return node
    }

    private mutating func composeAlias(depth: Int) throws(YAMLError) -> YAMLNode {
        let mark = self.events.mark
        let name = self.events.anchor.map { String(cString: $0) } ?? ""
        switch self.anchors[name] {
        case .closed(let node, let nodes, let textBytes, let height):
            try self.count(nodes: nodes, textBytes: textBytes, at: mark)
            if height > 0 { try self.reach(depth + height - 1, at: mark) }
            return node
        case .open:
            throw YAMLError(.recursiveAlias, at: mark, "the alias *\(name) stands inside the value that it names")
        case nil:
            throw YAMLError(
                .unknownAlias,
                at: mark,
                "the alias *\(name) has no anchor &\(name) before it in its document"
            )
        }
    }

    @inline(__always)
    private mutating func count(nodes: Int, textBytes: Int, at mark: Mark) throws(YAMLError) {
        // Both totals are within their limits, so neither difference overflows.
        guard nodes <= self.limits.nodes - self.nodes else {
            throw YAMLError(.limit, at: mark, "more than \(self.limits.nodes) keys and values, aliases followed")
        }
        guard textBytes <= self.limits.textBytes - self.textBytes else {
            throw YAMLError(.limit, at: mark, "more than \(self.limits.textBytes) bytes of text, aliases followed")
        }
        self.nodes += nodes
        self.textBytes += textBytes
    }

    @inline(__always)
    private mutating func reach(_ depth: Int, at mark: Mark) throws(YAMLError) {
        if depth > self.deepest { self.deepest = depth }
        guard depth <= self.limits.depth else {
            throw YAMLError(.limit, at: mark, "more than \(self.limits.depth) lists and mappings inside one another")
        }
    }
}
