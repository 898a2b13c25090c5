import OrderedCollections

/// Makes values of libyaml's events.
struct YAMLComposer: ~Copyable {
    /// A document of a stream.
    struct Document: Sendable {
        /// The line of the document's first node, from 1.
        var line: Int
        /// The document's value.
        var value: Value
    }

    private struct Anchor {
        var value: Value
        var nodeCount: Int
    }

    private var anchors: [String: Anchor] = [:]
    private var nodeCount = 0
    private var aliasNodeCount = 0

    /// Reads all documents of a stream; empty ones are left out.
    static func documents(
        _ octets: ArraySlice<UInt8>,
        firstLine: Int
    ) throws(YAMLError) -> [Document] {
        try YAMLEvents.reading(octets, firstLine: firstLine) {
            (events) throws(YAMLError) -> [Document] in
            var documents: [Document] = []
            while true {
                let event = try events.next()
                switch event.kind {
                case .documentStart:
                    var composer = YAMLComposer()
                    let root = try events.next()
                    let value = try composer.value(of: root, &events, depth: 0)
                    if !value.isNull { documents.append(Document(line: root.line, value: value)) }
                case .streamEnd: return documents
                default: continue
                }
            }
        }
    }

    private init() {}

    private mutating func value(
        of event: YAMLEvent,
        _ events: inout YAMLEvents,
        depth: Int
    ) throws(YAMLError) -> Value {
        guard depth <= Limits.depthMax else {
            throw event.error("lists and mappings are nested deeper than \(Limits.depthMax) levels")
        }
        let nodesBefore = nodeCount
        nodeCount += 1
        guard nodeCount <= Limits.nodesMax else {
            throw event.error("the document has more than \(Limits.nodesMax) values")
        }
        let value: Value
        switch event.kind {
        case .scalar: value = try scalar(event)
        case .sequenceStart:
            var items: [Value] = []
            while true {
                let next = try events.next()
                if next.kind == .sequenceEnd { break }
                items.append(try self.value(of: next, &events, depth: depth + 1))
            }
            value = .array(items)
        case .mappingStart: value = try mapping(&events, depth: depth)
        case .alias: return try expand(event)
        default: throw event.error("expected a value")
        }
        if let anchor = event.anchor {
            anchors[anchor] = Anchor(value: value, nodeCount: nodeCount - nodesBefore)
        }
        return value
    }

    /// Gives what an alias stands for, within a budget that defeats "billion laughs" documents.
    private mutating func expand(_ event: YAMLEvent) throws(YAMLError) -> Value {
        guard let anchor = anchors[event.text] else {
            throw event.error("alias *\(event.text) has no anchor before it")
        }
        nodeCount += anchor.nodeCount
        aliasNodeCount += anchor.nodeCount
        guard aliasNodeCount <= Limits.aliasNodesMax else {
            throw event.error("aliases stand for more than \(Limits.aliasNodesMax) values")
        }
        return anchor.value
    }

    private mutating func mapping(
        _ events: inout YAMLEvents,
        depth: Int
    ) throws(YAMLError) -> Value {
        var fields: Fields = [:]
        var merged: [Fields] = []
        while true {
            let next = try events.next()
            if next.kind == .mappingEnd { break }
            if next.kind == .scalar, next.isPlain, next.tag == nil, next.text == "<<" {
                let value = try self.value(of: try events.next(), &events, depth: depth + 1)
                merged += try mappings(toMerge: value, next)
                continue
            }
            let key = try self.key(next, &events, depth: depth)
            let value = try self.value(of: try events.next(), &events, depth: depth + 1)
            if fields.updateValue(value, forKey: key) != nil {
                throw next.error(
                    "key \(JSONWriter.quoted(String(key.prefix(100)))) already set in map"
                )
            }
        }
        // A key of the mapping itself wins, then the earlier of the merged ones.
        for other in merged {
            for (key, value) in other where fields[key] == nil { fields[key] = value }
        }
        return .object(fields)
    }

    private func mappings(
        toMerge value: Value,
        _ event: YAMLEvent
    ) throws(YAMLError) -> [Fields] {
        if case .object(let fields) = value { return [fields] }
        let items = (value.array ?? [.null]).map(\.object)
        guard items.allSatisfy({ $0 != nil }) else {
            throw event.error("the value of the merge key << must be a mapping or a list of them")
        }
        return items.compactMap { $0 }
    }

    /// Reads a key; one that isn't a string is spelt out, as Kubernetes does.
    private mutating func key(
        _ event: YAMLEvent,
        _ events: inout YAMLEvents,
        depth: Int
    ) throws(YAMLError) -> String {
        let value = try self.value(of: event, &events, depth: depth + 1)
        switch value {
        case .string(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return String(number)
        case .number(let number): return String(number)
        case .null, .array, .object:
            throw event.error("a key must be a string, not \(value.typeName)")
        }
    }

    private func scalar(_ event: YAMLEvent) throws(YAMLError) -> Value {
        guard let tag = event.tag else {
            guard event.isPlain else { return .string(event.text) }
            return try finite(YAMLScalar.resolve(event.text), event)
        }
        switch tag {
        case "tag:yaml.org,2002:null": return .null
        case "tag:yaml.org,2002:bool", "tag:yaml.org,2002:int", "tag:yaml.org,2002:float":
            let value = try finite(YAMLScalar.resolve(event.text), event)
            if case .string = value {
                throw event.error("cannot read \(JSONWriter.quoted(event.text)) as \(tag)")
            }
            return value
        case "tag:yaml.org,2002:binary":
            guard let text = Base64.decodedText(event.text) else {
                throw event.error("!!binary value is not base64 of UTF-8 text")
            }
            return .string(text)
        default: return .string(event.text)
        }
    }

    private func finite(_ value: Value, _ event: YAMLEvent) throws(YAMLError) -> Value {
        if case .number(let number) = value, !number.isFinite {
            throw event.error("\(event.text) is no number that JSON can say; quote it")
        }
        return value
    }
}

extension YAMLEvent {
    /// An error at the event's place.
    func error(_ message: String) -> YAMLError {
        YAMLError(line: line, column: column, message: message)
    }
}
