import KubernetesModel
import OrderedCollections

extension OrderedDictionary where Key == String, Value == KubernetesModel.Value {
    /// Whether two mappings say the same, whatever the order of their keys.
    func saysTheSame(as other: Fields) -> Bool {
        count == other.count
            && allSatisfy { key, value in
                guard let counterpart = other[key] else { return false }
                return value.saysTheSame(as: counterpart)
            }
    }

    /// The same mapping with its keys sorted, and so all mappings in it.
    var sortedByKey: Fields {
        var sorted: Fields = [:]
        sorted.reserveCapacity(count)
        for key in keys.sorted() { sorted[key] = self[key]?.sortedByKey }
        return sorted
    }
}

extension Value {
    /// Whether two values say the same, whatever the order of keys in them.
    func saysTheSame(as other: Value) -> Bool {
        switch (self, other) {
        case (.object(let fields), .object(let others)): fields.saysTheSame(as: others)
        case (.array(let items), .array(let others)):
            items.count == others.count && zip(items, others).allSatisfy { $0.saysTheSame(as: $1) }
        default: self == other
        }
    }

    /// The same value with the keys of all mappings sorted.
    var sortedByKey: Value {
        switch self {
        case .object(let fields): .object(fields.sortedByKey)
        case .array(let items): .array(items.map(\.sortedByKey))
        default: self
        }
    }

    /// The same value without the fields that are `null`, which mean the same as none.
    var withoutNulls: Value {
        switch self {
        case .object(let fields):
            .object(fields.filter { !$0.value.isNull }.mapValues(\.withoutNulls))
        case .array(let items): .array(items.map(\.withoutNulls))
        default: self
        }
    }
}
