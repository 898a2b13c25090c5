import Addresses
import OrderedCollections

/// Rules that several kinds share.
extension FieldContext {
    /// Applies a rule of ``NameRules`` to a text.
    mutating func check(_ text: String, _ field: String?, _ rule: (String) -> [String]) {
        for message in rule(text) { report(.invalid, field, .string(text), message) }
    }

    /// Checks a port number, 0 included.
    mutating func checkPort(_ number: Int, _ field: String) {
        for message in NameRules.portNumber(number) {
            report(.invalid, field, .integer(Int64(number)), message)
        }
    }

    /// Checks labels or a map selector at the current place.
    mutating func checkLabels(_ labels: OrderedDictionary<String, String>, _ field: String) {
        for (key, value) in labels {
            check(key, field, NameRules.qualifiedName)
            check(value, field, NameRules.labelValue)
        }
    }

    /// Checks annotations: keys, and 256 KiB together.
    mutating func checkAnnotations(_ all: OrderedDictionary<String, String>, _ field: String) {
        let octetsMax = 256 << 10
        var count = 0
        for (key, value) in all {
            for message in NameRules.qualifiedName(key.lowercased()) {
                report(.invalid, field, .string(key), message)
            }
            count += key.utf8.count + value.utf8.count
        }
        if count > octetsMax {
            report(.tooLong, field, nil, "may not be more than \(octetsMax) bytes")
        }
    }

    /// Reads an IP address, reporting a text that isn't one.
    @discardableResult
    mutating func checkAddress(_ text: String, _ field: String) -> IPAddress? {
        if let address = IPAddress(text) { return address }
        let detail = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
        report(.invalid, field, .string(text), detail)
        return nil
    }

    /// Checks that an address can be an endpoint's or an external one.
    mutating func checkNotSpecial(_ address: IPAddress, _ text: String, _ field: String) {
        let isUnspecified = address.high == 0 && address.low == 0
        if isUnspecified {
            report(.invalid, field, .string(text), "may not be unspecified (\(text))")
        }
        let detail: String? =
            switch address {
            case _ where SpecialAddresses.loopback.contains { $0.contains(address) }:
                "may not be in the loopback range (127.0.0.0/8, ::1/128)"
            case _ where SpecialAddresses.linkLocal.contains { $0.contains(address) }:
                "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
            case _ where SpecialAddresses.linkLocalMulticast.contains { $0.contains(address) }:
                "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
            default: nil
            }
        if let detail { report(.invalid, field, .string(text), detail) }
    }

    /// Reports an immutable field that changed.
    mutating func checkUnchanged(_ new: Value?, _ old: Value?, _ field: String) {
        guard !(new ?? .null).isEquivalent(to: old ?? .null) else { return }
        report(.invalid, field, new ?? .null, "field is immutable")
    }
}

/// The blocks whose addresses can't be reached from another host.
private enum SpecialAddresses {
    static let loopback = blocks("127.0.0.0/8", "::1/128")
    static let linkLocal = blocks("169.254.0.0/16", "fe80::/10")
    static let linkLocalMulticast = blocks("224.0.0.0/24", "ff02::/16")

    private static func blocks(_ texts: String...) -> [CIDRBlock] {
        texts.compactMap { CIDRBlock($0) }
    }
}
