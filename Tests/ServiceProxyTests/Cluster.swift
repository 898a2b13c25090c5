import Addresses
import KubernetesModel

@testable import ServiceProxy

/// A few services and slices, from which rules are made.
struct Cluster {
    var settings = ProxySettings(
        nodeName: "here",
        clusterCIDRs: ["10.244.0.0/16", "fd00:10:244::/64"].compactMap(CIDRBlock.init),
        serviceCIDRs: ["10.96.0.0/16", "fd00:10:96::/112"].compactMap(CIDRBlock.init)
    )
    var services: [String: Service] = [:]
    var slices: [String: [EndpointSlice]] = [:]

    /// The cluster with a service in namespace `shop`.
    func service(
        _ name: String,
        clusterIP: String,
        ports: [ServicePort] = [ServicePort(port: 80)],
        _ change: (inout Service) -> Void = { _ in }
    ) -> Cluster {
        var copy = self
        var service = Service(
            metadata: ObjectMeta(name: name, namespace: "shop"),
            clusterIPs: [clusterIP],
            ipFamilies: [clusterIP.contains(":") ? .ipv6 : .ipv4],
            ports: ports
        )
        change(&service)
        copy.services[name] = service
        return copy
    }

    /// The cluster with a slice of a service, whose endpoints are ready or not.
    func slice(
        _ name: String,
        port: Int,
        ready: [String] = [],
        other: [String] = [],
        _ transport: TransportProtocol = .tcp,
        _ change: (inout Endpoint) -> Void = { _ in }
    ) -> Cluster {
        var copy = self
        let all = ready.map { ($0, true) } + other.map { ($0, false) }
        let endpoints = all.map { address, isReady in
            var endpoint = Endpoint(addresses: [address], ready: isReady, serving: isReady)
            change(&endpoint)
            return endpoint
        }
        let number = (slices[name] ?? []).count
        copy.slices[name, default: []].append(
            EndpointSlice(
                metadata: ObjectMeta(
                    name: "\(name)-\(number)",
                    namespace: "shop",
                    labels: [EndpointSlice.serviceNameLabel: name]
                ),
                addressType: all.first?.0.contains(":") == true ? .ipv6 : .ipv4,
                endpoints: endpoints,
                ports: [EndpointPort(transport: transport, port: port)]
            )
        )
        return copy
    }

    /// The rules of a service.
    func parts(_ name: String) -> RuleParts? {
        services[name].flatMap { ServiceRules.parts(of: $0, slices[name] ?? [], settings) }
    }
}

extension RuleParts {
    /// The value of an element; nil if it isn't there.
    func value(_ holder: String, _ key: String) -> String? { values(holder)[key] }

    /// The elements of a set or a map.
    func values(_ holder: String) -> [String: String] {
        var found: [String: String] = [:]
        for (element, value) in elements where element.holder.name == holder {
            found[element.key] = value
        }
        return found
    }
}
