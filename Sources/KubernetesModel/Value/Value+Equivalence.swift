import OrderedCollections

extension Value {
    /// Tells whether two values say the same: `==`, but without regard to the order of keys.
    public func isEquivalent(to other: Value) -> Bool {
        switch (self, other) {
        case (.object(let fields), .object(let others)): fields.isEquivalent(to: others)
        case (.array(let items), .array(let others)):
            items.count == others.count
                && zip(items, others).allSatisfy { $0.isEquivalent(to: $1) }
        default: self == other
        }
    }
}

extension OrderedDictionary where Key == String, Value == KubernetesModel.Value {
    /// Tells whether two mappings say the same: `==`, but without regard to the order of keys.
    public func isEquivalent(to other: Fields) -> Bool {
        count == other.count
            && allSatisfy { key, value in
                other[key].map { value.isEquivalent(to: $0) } ?? false
            }
    }
}
