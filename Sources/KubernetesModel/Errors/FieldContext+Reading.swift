import OrderedCollections

/// Reading of typed fields: absent and `null` are the same, a wrong type is reported.
extension FieldContext {
    private mutating func mismatch(_ field: String, _ value: Value, _ expected: String) {
        report(.typeInvalid, field, value, "must be of type \(expected), not \(value.typeName)")
    }

    /// The value of a field; nil if it is absent or `null`.
    func present(_ fields: Fields, _ field: String) -> Value? {
        guard let value = fields[field], !value.isNull else { return nil }
        return value
    }

    /// A string; nil if absent or not a string.
    mutating func optionalString(_ fields: Fields, _ field: String) -> String? {
        guard let value = present(fields, field) else { return nil }
        if case .string(let text) = value { return text }
        mismatch(field, value, "string")
        return nil
    }

    /// A string; empty if absent.
    mutating func string(_ fields: Fields, _ field: String) -> String {
        optionalString(fields, field) ?? ""
    }

    /// A whole number; nil if absent or something else.
    mutating func integer(_ fields: Fields, _ field: String) -> Int? {
        guard let value = present(fields, field) else { return nil }
        if let number = value.integer { return Int(number) }
        mismatch(field, value, "integer")
        return nil
    }

    /// A boolean; nil if absent or something else.
    mutating func bool(_ fields: Fields, _ field: String) -> Bool? {
        guard let value = present(fields, field) else { return nil }
        if case .bool(let flag) = value { return flag }
        mismatch(field, value, "boolean")
        return nil
    }

    /// A mapping; nil if absent or something else.
    mutating func object(_ fields: Fields, _ field: String) -> Fields? {
        guard let value = present(fields, field) else { return nil }
        if case .object(let object) = value { return object }
        mismatch(field, value, "object")
        return nil
    }

    /// A list; empty if absent or something else.
    mutating func list(_ fields: Fields, _ field: String) -> [Value] {
        guard let value = present(fields, field) else { return [] }
        if case .array(let items) = value { return items }
        mismatch(field, value, "array")
        return []
    }

    /// Reads what is inside a mapping; nil if it is absent.
    mutating func inside<Result>(
        _ fields: Fields,
        _ field: String,
        _ body: (inout FieldContext, Fields) -> Result
    ) -> Result? {
        guard let object = object(fields, field) else { return nil }
        return at(field) { body(&$0, object) }
    }

    /// Reads every mapping of a list, leaving out those for which `body` returns nil.
    mutating func each<Result>(
        _ fields: Fields,
        _ field: String,
        _ body: (inout FieldContext, Fields) -> Result?
    ) -> [Result] {
        let items = list(fields, field)
        guard !items.isEmpty else { return [] }
        var results: [Result] = []
        results.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            if case .object(let object) = item {
                let result = at(field) { $0.at(index: index) { body(&$0, object) } }
                if let result { results.append(result) }
            } else {
                mismatch("\(field)[\(index)]", item, "object")
            }
        }
        return results
    }

    /// A list of strings; empty if absent.
    mutating func strings(_ fields: Fields, _ field: String) -> [String] {
        let items = list(fields, field)
        var results: [String] = []
        results.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            if case .string(let text) = item {
                results.append(text)
            } else {
                mismatch("\(field)[\(index)]", item, "string")
            }
        }
        return results
    }

    /// A mapping of strings to strings; empty if absent.
    mutating func stringMap(_ fields: Fields, _ field: String) -> OrderedDictionary<String, String>
    {
        guard let object = object(fields, field) else { return [:] }
        var results: OrderedDictionary<String, String> = [:]
        results.reserveCapacity(object.count)
        for (key, item) in object {
            switch item {
            case .string(let text): results[key] = text
            case .null: results[key] = ""
            default: at(field) { $0.mismatch(key, item, "string") }
            }
        }
        return results
    }

    /// One of the values of an enumeration; nil if absent, empty or unknown.
    mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ fields: Fields,
        _ field: String,
        _ type: Choice.Type
    ) -> Choice? {
        guard let text = optionalString(fields, field), !text.isEmpty else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        reportUnsupported(field, .string(text), supported: Choice.allCases.map(\.rawValue))
        return nil
    }
}
