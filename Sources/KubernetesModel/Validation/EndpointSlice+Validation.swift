import Addresses
import OrderedCollections

extension APIObject {
    /// Checks a slice (apis/discovery/validation `ValidateEndpointSlice`).
    func checkEndpointSlice(_ old: APIObject?, _ context: inout FieldContext) {
        let slice = EndpointSlice(reading: fields, key: key, &context)
        guard !context.errors.contains(where: { $0.reason == .typeInvalid }) else { return }
        checkMetadata(slice.metadata, &context)
        if slice.endpoints.count > 1000 {
            let count = Value.integer(Int64(slice.endpoints.count))
            context.report(.tooMany, "endpoints", count, "must have at most 1000 items")
        } else {
            for (index, endpoint) in slice.endpoints.enumerated() {
                context.at("endpoints") { context in
                    context.at(index: index) { check(endpoint, slice.addressType, &$0) }
                }
            }
        }
        checkPorts(slice.ports, &context)
        if let old {
            context.checkUnchanged(fields["addressType"], old.fields["addressType"], "addressType")
        }
    }

    private func check(
        _ endpoint: Endpoint,
        _ type: EndpointSlice.AddressType,
        _ context: inout FieldContext
    ) {
        if endpoint.addresses.isEmpty {
            context.report(.required, "addresses", nil, "must contain at least 1 address")
        } else if endpoint.addresses.count > 100 {
            let count = Value.integer(Int64(endpoint.addresses.count))
            context.report(.tooMany, "addresses", count, "must have at most 100 items")
        }
        for (index, text) in endpoint.addresses.enumerated() {
            switch type {
            case .ipv4, .ipv6:
                if let address = IPAddress(text), address.isIPv4 == (type == .ipv4) {
                    // Reached 100,000 times when large manifests load: no path is made here.
                    guard address.mayBeSpecial else { continue }
                    context.checkNotSpecial(address, text, "addresses[\(index)]")
                } else {
                    let detail = "must be a valid \(type.rawValue) address"
                    context.report(.invalid, "addresses[\(index)]", .string(text), detail)
                }
            case .fqdn: checkDomain(text, "addresses[\(index)]", &context)
            }
        }
        if !endpoint.hostname.isEmpty {
            context.check(endpoint.hostname, "hostname", NameRules.label1123)
        }
        if !endpoint.nodeName.isEmpty {
            context.check(endpoint.nodeName, "nodeName", NameRules.subdomain1123)
        }
    }

    private func checkDomain(_ text: String, _ field: String, _ context: inout FieldContext) {
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        if name.isEmpty {
            context.report(.required, field)
        } else if let message = NameRules.subdomain1123(name).first {
            context.report(.invalid, field, .string(name), message)
        } else if !name.contains(".") {
            let detail = "should be a domain with at least two segments separated by dots"
            context.report(.invalid, field, .string(name), detail)
        } else {
            for label in name.split(separator: ".") {
                context.check(String(label), field, NameRules.label1123)
            }
        }
    }

    private func checkPorts(_ ports: [EndpointPort], _ context: inout FieldContext) {
        if ports.count > 20_000 {
            let count = Value.integer(Int64(ports.count))
            context.report(.tooMany, "ports", count, "must have at most 20000 items")
            return
        }
        var names: Set<String> = []
        for (index, port) in ports.enumerated() {
            let field = "ports[\(index)]"
            if !port.name.isEmpty { context.check(port.name, "\(field).name", NameRules.label1123) }
            if !names.insert(port.name).inserted {
                context.report(.duplicate, "\(field).name", .string(port.name))
            }
            if let number = port.port { context.checkPort(number, "\(field).port") }
            if !port.appProtocol.isEmpty {
                context.check(port.appProtocol, "\(field).appProtocol", NameRules.qualifiedName)
            }
        }
    }

    /// Checks legacy endpoints (`ValidateEndpoints`).
    func checkEndpoints(_ context: inout FieldContext) {
        let endpoints = Endpoints(reading: fields, key: key, &context)
        guard !context.errors.contains(where: { $0.reason == .typeInvalid }) else { return }
        checkMetadata(endpoints.metadata, &context)
        for (index, subset) in endpoints.subsets.enumerated() {
            context.at("subsets") { context in
                context.at(index: index) { check(subset, &$0) }
            }
        }
    }

    private func check(_ subset: Endpoints.Subset, _ context: inout FieldContext) {
        if subset.addresses.isEmpty, subset.notReadyAddresses.isEmpty {
            let detail = "must specify `addresses` or `notReadyAddresses`"
            context.report(.required, nil, nil, detail)
        }
        let lists = [
            ("addresses", subset.addresses), ("notReadyAddresses", subset.notReadyAddresses),
        ]
        for (list, addresses) in lists {
            for (index, address) in addresses.enumerated() {
                let field = "\(list)[\(index)]"
                if let parsed = context.checkAddress(address.ip, "\(field).ip") {
                    context.checkNotSpecial(parsed, address.ip, "\(field).ip")
                }
                if !address.hostname.isEmpty {
                    context.check(address.hostname, "\(field).hostname", NameRules.label1123)
                }
                if !address.nodeName.isEmpty {
                    context.check(address.nodeName, "\(field).nodeName", NameRules.subdomain1123)
                }
            }
        }
        for (index, port) in subset.ports.enumerated() {
            let field = "ports[\(index)]"
            if !port.name.isEmpty {
                context.check(port.name, "\(field).name", NameRules.label1123)
            } else if subset.ports.count > 1 {
                context.report(.required, "\(field).name")
            }
            context.checkPort(port.port ?? 0, "\(field).port")
        }
    }
}

extension IPAddress {
    /// A quick look that lets ordinary addresses pass.
    var mayBeSpecial: Bool {
        guard isIPv4 else { return high == 0 || high >> 56 >= 0xFE }
        let first = low >> 24
        return first == 0 || first == 127 || first == 169 || first >= 224
    }
}
