import CYaml

/// One event of libyaml's parser, as Swift values.
struct YAMLEvent {
    /// What happened.
    enum Kind {
        case streamStart
        case streamEnd
        case documentStart
        case documentEnd
        case alias
        case scalar
        case sequenceStart
        case sequenceEnd
        case mappingStart
        case mappingEnd
    }

    /// What happened.
    var kind: Kind
    /// The text of a scalar, or the anchor that an alias names.
    var text = ""
    /// The anchor that the node defines.
    var anchor: String?
    /// The node's explicit tag.
    var tag: String?
    /// Whether a scalar stands without quotes.
    var isPlain = false
    /// The line the event begins in, from 1.
    var line = 0
    /// The column the event begins in, from 1.
    var column = 0
}

/// libyaml's event parser over octets in memory.
///
/// Yams' own `compose` builds a tree of nodes with tags and marks first, to be copied into values
/// after that; events lead to values directly. 10,000 services with 100,000 endpoints (23 MB) take
/// 1.0 s this way on two cores, and 8.5 s to compose before any value is made. This file is the
/// only one that touches libyaml's pointers.
///
/// SAFETY of the whole type: `parser` is allocated in `reading` and freed there after `body` has
/// returned; the value is only lent to `body` and can't be copied, so no event is asked for later.
/// libyaml keeps pointers to the parser itself and to the input: the first is on the heap and
/// doesn't move, the second is pinned by `withUnsafeBufferPointer` around `body`.
@safe struct YAMLEvents: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let firstLine: Int

    private init(_ parser: UnsafeMutablePointer<yaml_parser_t>, firstLine: Int) {
        unsafe self.parser = parser
        self.firstLine = firstLine
    }

    /// Lends a parser of `octets`, whose first line is line `firstLine` of its file.
    static func reading<Result>(
        _ octets: ArraySlice<UInt8>,
        firstLine: Int,
        _ body: (inout YAMLEvents) throws(YAMLError) -> Result
    ) throws(YAMLError) -> Result {
        let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
        defer { unsafe parser.deallocate() }
        // SAFETY: libyaml fills the whole structure; it fails only when memory is out.
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(line: firstLine, column: 0, message: "out of memory")
        }
        // SAFETY: the parser was initialised above and isn't used after this.
        defer { unsafe yaml_parser_delete(parser) }
        return try unsafe octets.withUnsafeBufferPointer {
            (buffer) throws(YAMLError) -> Result in
            // SAFETY: the buffer outlives `body`; an empty one may have no base address, for which
            // libyaml, that reads `size` octets, never reads anything.
            guard let base = buffer.baseAddress else {
                throw YAMLError(line: firstLine, column: 0, message: "the document is empty")
            }
            unsafe yaml_parser_set_input_string(parser, base, buffer.count)
            unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
            var events = unsafe YAMLEvents(parser, firstLine: firstLine)
            return try body(&events)
        }
    }

    /// Reads the next event.
    mutating func next() throws(YAMLError) -> YAMLEvent {
        // SAFETY: an all-zero event is libyaml's "no event"; it is filled by `yaml_parser_parse`
        // and freed below, after everything of it has been copied.
        var raw = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
        defer { unsafe yaml_event_delete(&raw) }
        var event = YAMLEvent(kind: .streamEnd)
        unsafe event.line = firstLine + raw.start_mark.line
        unsafe event.column = raw.start_mark.column + 1
        switch unsafe raw.type {
        case YAML_SCALAR_EVENT:
            event.kind = .scalar
            // SAFETY: a scalar event owns `length` octets at `value`, UTF-8 checked by the reader.
            let scalar = unsafe raw.data.scalar
            let text = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            event.text = unsafe String(decoding: text, as: UTF8.self)
            event.isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
            event.anchor = unsafe YAMLEvents.text(scalar.anchor)
            event.tag = unsafe YAMLEvents.text(scalar.tag)
        case YAML_MAPPING_START_EVENT:
            event.kind = .mappingStart
            event.anchor = unsafe YAMLEvents.text(raw.data.mapping_start.anchor)
            event.tag = unsafe YAMLEvents.text(raw.data.mapping_start.tag)
        case YAML_SEQUENCE_START_EVENT:
            event.kind = .sequenceStart
            event.anchor = unsafe YAMLEvents.text(raw.data.sequence_start.anchor)
            event.tag = unsafe YAMLEvents.text(raw.data.sequence_start.tag)
        case YAML_ALIAS_EVENT:
            event.kind = .alias
            event.text = unsafe YAMLEvents.text(raw.data.alias.anchor) ?? ""
        case YAML_MAPPING_END_EVENT: event.kind = .mappingEnd
        case YAML_SEQUENCE_END_EVENT: event.kind = .sequenceEnd
        case YAML_DOCUMENT_START_EVENT: event.kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: event.kind = .documentEnd
        case YAML_STREAM_START_EVENT: event.kind = .streamStart
        default: event.kind = .streamEnd
        }
        return event
    }

    /// Copies a C string; nil if there is none.
    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        // SAFETY: libyaml ends anchors and tags with a zero octet.
        guard let pointer = unsafe pointer else { return nil }
        return unsafe String(cString: pointer)
    }

    /// What libyaml complains about.
    private func failure() -> YAMLError {
        // SAFETY: after a failed parse the parser's problem fields are set; its texts are literals.
        let problem = unsafe parser.pointee.problem.map { unsafe String(cString: $0) }
        let context = unsafe parser.pointee.context.map { unsafe String(cString: $0) }
        let mark = unsafe parser.pointee.problem_mark
        var message = problem ?? "out of memory"
        if message.hasPrefix("Maximum nesting level") {
            // libyaml's own bound, far above ours, is met before the events of it arrive.
            return YAMLError(
                line: firstLine + mark.line,
                column: mark.column + 1,
                message: "lists and mappings are nested deeper than \(Limits.depthMax) levels"
            )
        }
        if let context { message += " \(context)" }
        if unsafe parser.pointee.error == YAML_READER_ERROR {
            let offset = unsafe parser.pointee.problem_offset
            let reached = unsafe parser.pointee.mark
            return YAMLError(
                line: firstLine + reached.line,
                column: 0,
                message: "\(message) (octet \(offset) of the document)"
            )
        }
        return YAMLError(line: firstLine + mark.line, column: mark.column + 1, message: message)
    }
}
