public import OrderedCollections

extension OrderedDictionary where Key == String, Value == KubernetesModel.Value {
    /// The value behind a path of keys; nil if a step is missing or no mapping.
    public func value(at path: String...) -> KubernetesModel.Value? { value(at: path) }

    /// The value behind a path of keys; nil if a step is missing or no mapping.
    public func value(at path: [String]) -> KubernetesModel.Value? {
        guard let first = path.first else { return .object(self) }
        var current = self[first]
        for key in path.dropFirst() {
            guard let next = current?[key] else { return nil }
            current = next
        }
        return current
    }

    /// The text behind a path of keys; nil if there is none or it is no string.
    public func string(at path: String...) -> String? { value(at: path)?.string }

    /// The whole number behind a path of keys; nil if there is none or it is something else.
    public func integer(at path: String...) -> Int64? { value(at: path)?.integer }

    /// The boolean behind a path of keys; nil if there is none or it is something else.
    public func bool(at path: String...) -> Bool? { value(at: path)?.bool }

    /// The list behind a path of keys; nil if there is none or it is something else.
    public func array(at path: String...) -> [KubernetesModel.Value]? { value(at: path)?.array }

    /// The mapping behind a path of keys; nil if there is none or it is something else.
    public func object(at path: String...) -> Fields? { value(at: path)?.object }

    /// Sets the value behind a path of keys, making mappings on the way; nil removes it.
    public mutating func set(_ value: KubernetesModel.Value?, at path: String...) {
        set(value, at: path[...])
    }

    /// Sets the value behind a path of keys, making mappings on the way; nil removes it.
    public mutating func set(_ value: KubernetesModel.Value?, at path: ArraySlice<String>) {
        guard let key = path.first else { return }
        if path.count == 1 {
            self[key] = value
            return
        }
        var child: Fields = [:]
        if case .object(let fields) = self[key] { child = fields } else if value == nil { return }
        // The child is taken out before it is changed, so that it isn't copied.
        self[key] = .null
        child.set(value, at: path.dropFirst())
        self[key] = .object(child)
    }

    /// The mapping of strings behind a path of keys; other values in it are left out.
    public func strings(at path: String...) -> OrderedDictionary<String, String> {
        guard case .object(let fields) = value(at: path) else { return [:] }
        var result: OrderedDictionary<String, String> = [:]
        for (key, value) in fields {
            if case .string(let text) = value { result[key] = text }
        }
        return result
    }
}

extension Value {
    /// Creates a mapping of strings.
    public init(_ strings: OrderedDictionary<String, String>) {
        var fields: Fields = [:]
        fields.reserveCapacity(strings.count)
        for (key, text) in strings { fields[key] = .string(text) }
        self = .object(fields)
    }
}
