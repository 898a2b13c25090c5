internal import Addresses
public import KubernetesModel

/// A field of a pod's DNS configuration that Kubernetes would refuse.
public struct PodDNSViolation: Error, Sendable, Hashable, CustomStringConvertible {
    /// The path of the field, such as `spec.dnsConfig.searches[0]`.
    public var field: String
    /// What is wrong with it.
    public var message: String

    /// The field and what is wrong with it.
    public var description: String { "\(field): \(message)" }
}

extension PodDNSConfig {
    /// Checks a pod's policy and configuration (`pkg/apis/core/validation`,
    /// `validatePodDNSConfig`, with the search entries of KEP-4427).
    ///
    /// - Parameters:
    ///   - policy: `spec.dnsPolicy`, as written.
    ///   - dnsConfig: `spec.dnsConfig`, if given.
    /// - Returns: Everything that is wrong; empty if nothing is.
    public static func violations(
        policy: String,
        dnsConfig: PodDNSConfig?
    ) -> [PodDNSViolation] {
        var found: [PodDNSViolation] = []
        if DNSPolicy(rawValue: policy) == nil {
            let names = DNSPolicy.allCases.map { "\"\($0.rawValue)\"" }.sorted()
            found.append(
                PodDNSViolation(
                    field: "spec.dnsPolicy",
                    message: "Unsupported value: \"\(policy)\": supported values:"
                        + " \(names.joined(separator: ", "))"
                )
            )
        }
        if policy == DNSPolicy.none.rawValue {
            guard let dnsConfig else {
                let message = "Required value: must provide `dnsConfig` when `dnsPolicy` is None"
                return found + [PodDNSViolation(field: "spec.dnsConfig", message: message)]
            }
            guard !dnsConfig.nameservers.isEmpty else {
                let message =
                    "Required value: must provide at least one DNS nameserver when `dnsPolicy`"
                    + " is None"
                let field = "spec.dnsConfig.nameservers"
                return found + [PodDNSViolation(field: field, message: message)]
            }
        }
        guard let dnsConfig else { return found }
        return found + dnsConfig.nameserverViolations + dnsConfig.searchViolations
            + dnsConfig.optionViolations
    }

    private var nameserverViolations: [PodDNSViolation] {
        let field = "spec.dnsConfig.nameservers"
        var found: [PodDNSViolation] = []
        if nameservers.count > Limits.nameserverCountMax {
            let message = "must not have more than \(Limits.nameserverCountMax) nameservers"
            found.append(.invalid(field, PodDNSConfig.list(nameservers), message))
        }
        for (index, server) in nameservers.enumerated() where IPAddress(server) == nil {
            let message = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
            found.append(.invalid("\(field)[\(index)]", "\"\(server)\"", message))
        }
        return found
    }

    private var searchViolations: [PodDNSViolation] {
        let field = "spec.dnsConfig.searches"
        var found: [PodDNSViolation] = []
        if searches.count > Limits.searchCountMax {
            let message = "must not have more than \(Limits.searchCountMax) search paths"
            found.append(.invalid(field, PodDNSConfig.list(searches), message))
        }
        let octets = searches.reduce(searches.count - 1) { $0 + $1.utf8.count }
        if octets > Limits.searchListOctetsMax {
            let message =
                "must not have more than \(Limits.searchListOctetsMax) characters (including"
                + " spaces) in the search list"
            found.append(.invalid(field, PodDNSConfig.list(searches), message))
        }
        for (index, search) in searches.enumerated() where search != "." {
            let name = search.hasSuffix(".") ? search.dropLast() : search[...]
            guard let message = PodDNSConfig.subdomainMessage(name) else { continue }
            found.append(.invalid("\(field)[\(index)]", "\"\(name)\"", message))
        }
        return found
    }

    private var optionViolations: [PodDNSViolation] {
        var found: [PodDNSViolation] = []
        for (index, option) in options.enumerated() {
            let field = "spec.dnsConfig.options[\(index)]"
            if option.name.isEmpty {
                found.append(
                    PodDNSViolation(field: field, message: "Required value: must not be empty")
                )
            }
            // Kubernetes lets anything pass; a line feed would add lines of its own to the file.
            let text = option.name + (option.value ?? "")
            if text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
                found.append(
                    PodDNSViolation(
                        field: field,
                        message: "Invalid value: must not contain control characters"
                    )
                )
            }
        }
        return found
    }

    /// What is wrong with a search entry: RFC 1123, with underscores where dashes may stand.
    private static func subdomainMessage(_ name: Substring) -> String? {
        guard name.utf8.count <= Limits.searchOctetsMax else {
            return "must be no more than \(Limits.searchOctetsMax) characters"
        }
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isName = labels.allSatisfy { label in
            let rest = label.first == UInt8(ascii: "_") ? label.dropFirst() : label
            guard let first = rest.first, let last = rest.last else { return false }
            return isAlphanumeric(first) && isAlphanumeric(last)
                && rest.allSatisfy {
                    isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
                }
        }
        guard !isName else { return nil }
        return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters,"
            + " '-', '_' or '.', and must start and end with an alphanumeric character"
            + " (e.g. 'example.com')"
    }

    private static func isAlphanumeric(_ octet: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(octet)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet)
    }

    private static func list(_ values: [String]) -> String {
        "[" + values.map { "\"\($0)\"" }.joined(separator: ",") + "]"
    }
}

extension PodDNSViolation {
    fileprivate static func invalid(
        _ field: String,
        _ value: String,
        _ message: String
    ) -> PodDNSViolation {
        PodDNSViolation(field: field, message: "Invalid value: \(value): \(message)")
    }
}
