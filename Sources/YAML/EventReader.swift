import CYAML

/// libyaml's parser over bytes in memory, one event at a time.
///
/// *Assumptions:* the buffer outlives the reader.
struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let event: UnsafeMutablePointer<yaml_event_t>
    private let input: UnsafeBufferPointer<UInt8>

    init(_ input: UnsafeBufferPointer<UInt8>) throws(YAMLError) {
        self.input = input
        self.parser = .allocate(capacity: 1)
        self.parser.initialize(to: yaml_parser_t())
        self.event = .allocate(capacity: 1)
        self.event.initialize(to: yaml_event_t())
        guard yaml_parser_initialize(self.parser) == 1 else {
            throw YAMLError(.outOfMemory, at: Mark(line: 1, column: 1), "no memory left for the YAML parser")
        }
        yaml_parser_set_input_string(self.parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_event_delete(self.event)
        yaml_parser_delete(self.parser)
        self.event.deallocate()
        self.parser.deallocate()
    }

    /// Moves to the next event; the payload of the one before is gone.
    @inline(__always)
    mutating func next() throws(YAMLError) -> yaml_event_type_t {
        yaml_event_delete(self.event)
        guard yaml_parser_parse(self.parser, self.event) == 1 else {
            throw YAMLError(self.parser.pointee, input: self.input)
        }
        return self.event.pointee.type
    }

    /// Where the current event starts.
    var mark: Mark {
        @inline(__always) get { Mark(self.event.pointee.start_mark) }
    }

    /// The payload of a scalar event.
    var scalar: ScalarEvent {
        @inline(__always) get { ScalarEvent(self.event) }
    }

    /// The anchor of a collection or the name in an alias event.
    var anchor: UnsafeMutablePointer<yaml_char_t>? {
        switch self.event.pointee.type {
        case YAML_ALIAS_EVENT: self.event.pointee.data.alias.anchor
        case YAML_SEQUENCE_START_EVENT: self.event.pointee.data.sequence_start.anchor
        case YAML_MAPPING_START_EVENT: self.event.pointee.data.mapping_start.anchor
        default: nil
        }
    }

    /// The tag of a collection.
    var tag: UnsafeMutablePointer<yaml_char_t>? {
        switch self.event.pointee.type {
        case YAML_SEQUENCE_START_EVENT: self.event.pointee.data.sequence_start.tag
        case YAML_MAPPING_START_EVENT: self.event.pointee.data.mapping_start.tag
        default: nil
        }
    }
}

/// The payload of a scalar event, valid until the reader moves on.
struct ScalarEvent {
    let bytes: UnsafeBufferPointer<UInt8>
    let anchor: UnsafeMutablePointer<yaml_char_t>?
    let tag: UnsafeMutablePointer<yaml_char_t>?
    let style: YAMLScalar.Style

    @inline(__always)
    init(_ event: UnsafeMutablePointer<yaml_event_t>) {
        let scalar = event.pointee.data.scalar
        self.bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
        self.anchor = scalar.anchor
        self.tag = scalar.tag
        switch scalar.style {
        case YAML_SINGLE_QUOTED_SCALAR_STYLE, YAML_DOUBLE_QUOTED_SCALAR_STYLE: self.style = .quoted
        case YAML_LITERAL_SCALAR_STYLE, YAML_FOLDED_SCALAR_STYLE: self.style = .block
        default: self.style = .plain
        }
    }
}

extension Mark {
    /// libyaml counts from zero.
    @inline(__always)
    init(_ mark: yaml_mark_t) {
        self.init(line: Int(clamping: mark.line) &+ 1, column: Int(clamping: mark.column) &+ 1)
    }
}
