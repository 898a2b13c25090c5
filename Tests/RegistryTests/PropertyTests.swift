import Addresses
import KubernetesModel
import Registry
import TestSupport
import Testing

@Suite("Whatever is written")
struct PropertyTests {
    /// One endpoint as the model says it: what matters to those who ask.
    private struct Expected: Hashable {
        var service: String
        var address: String
        var ready: Bool
        var ports: [Int]
        var hostname: String
    }

    private static let apps = ["a", "b", "c"]

    /// Runs random writes; those that are refused count as well.
    private static func write(_ registry: Registry, _ generator: inout SeededGenerator) {
        let number = Int.random(in: 0..<6, using: &generator)
        let app = apps.randomElement(using: &generator) ?? "a"
        let namespace = Bool.random(using: &generator) ? "shop" : "default"
        func key(_ kind: Kind, _ name: String) -> ObjectKey {
            ObjectKey(kind: kind, namespace: namespace, name: name)
        }
        var spec: Fields = ["selector": ["app": .string(app)]]
        spec["type"] = .string(
            ["ClusterIP", "NodePort", "LoadBalancer"].randomElement(using: &generator) ?? ""
        )
        let target: Value = Bool.random(using: &generator) ? "http" : 8080
        spec["ports"] = [["port": 80, "targetPort": target]]
        if Bool.random(using: &generator) { spec["ipFamilyPolicy"] = "PreferDualStack" }
        spec["publishNotReadyAddresses"] = .bool(Bool.random(using: &generator))
        switch Int.random(in: 0..<11, using: &generator) {
        case 0, 1:
            _ = try? registry.apply([ApplyItem(service("s\(number)", namespace: namespace, spec))])
        case 2:
            spec["type"] = "ClusterIP"
            spec["clusterIP"] = "None"
            _ = try? registry.create(service("h\(number)", namespace: namespace, spec))
        case 3, 4:
            var podSpec: Fields = ["hostname": .string("host\(number)")]
            podSpec["subdomain"] = .string("h\(number)")
            let made = pod(
                "p\(number)",
                namespace: namespace,
                labels: ["app": .string(app)],
                spec: podSpec
            )
            _ = try? registry.create(made)
        case 5: _ = try? registry.delete(key(.pod, "p\(number)"))
        case 6: _ = try? registry.setReady(key(.pod, "p\(number)"), Bool.random(using: &generator))
        case 7: _ = try? registry.patchLabels(key(.pod, "p\(number)"), ["app": app])
        case 8: _ = try? registry.delete(key(.service, "s\(number)"))
        case 9:
            let deployment = workload("Deployment", app, replicas: number)
            if namespace == "shop" { _ = try? registry.apply([ApplyItem(deployment)]) }
        default:
            let names = (try? registry.list(.pod, namespace: namespace).objects.map(\.key)) ?? []
            if let victim = names.randomElement(using: &generator) {
                _ = try? registry.delete(victim)
            }
        }
    }

    /// The endpoints that selectors say, looked up the slow and obvious way.
    private static func expected(_ registry: Registry) throws -> Set<Expected> {
        var all: Set<Expected> = []
        let pods = try registry.list(.pod).objects.map { try Pod($0) }
        for service in try registry.list(.service).objects.map({ try Service($0) }) {
            for pod in pods
            where pod.metadata.namespace == service.metadata.namespace && !service.selector.isEmpty
                && service.selector.allSatisfy({ pod.metadata.labels[$0.key] == $0.value })
            {
                var ports: [Int] = []
                for port in service.ports {
                    switch port.targetPort {
                    case .number(let number): ports.append(number)
                    case .name(let name):
                        let declared = pod.containers.flatMap(\.ports)
                        ports += declared.filter { $0.name == name }.map(\.containerPort)
                    }
                }
                for address in pod.podIPs
                where service.ipFamilies.contains(address.contains(":") ? .ipv6 : .ipv4) {
                    all.insert(
                        Expected(
                            service: "\(service.metadata.namespace)/\(service.metadata.name)",
                            address: address,
                            ready: pod.isReady || service.publishNotReadyAddresses,
                            ports: ports,
                            hostname: pod.subdomain == service.metadata.name ? pod.hostname : ""
                        )
                    )
                }
            }
        }
        return all
    }

    private static func found(_ registry: Registry) throws -> [Expected] {
        try registry.list(.endpointSlice).objects.map { try EndpointSlice($0) }
            .filter { $0.metadata.name != "kubernetes" }
            .flatMap { slice in
                #expect(slice.endpoints.count <= 100 && !slice.endpoints.isEmpty)
                return slice.endpoints.map {
                    Expected(
                        service: "\(slice.metadata.namespace)/\(slice.serviceName)",
                        address: $0.addresses[0],
                        ready: $0.ready ?? true,
                        ports: slice.ports.compactMap(\.port),
                        hostname: $0.hostname
                    )
                }
            }
    }

    @Test(arguments: 1...12)
    func `slices equal what selectors say, nothing is given out twice`(seed: Int) throws {
        try (seed > 10 ? Engine.sqlite : .memory).withStore { store throws in
            let registry = try Registry(store: store, environment: .seeded(UInt64(seed)))
            _ = try registry.create(object("Namespace", "shop", namespace: ""))
            var generator = SeededGenerator(seed: UInt64(seed))
            for step in 0..<60 {
                Self.write(registry, &generator)
                guard step % 6 == 5 else { continue }
                let found = try Self.found(registry)
                #expect(found.count == Set(found).count, "seed \(seed), step \(step)")
                #expect(try Set(found) == Self.expected(registry), "seed \(seed), step \(step)")
            }
            let services = try registry.list(.service).objects.map { try Service($0) }
            #expect(services.count > 2)
            let addresses = services.flatMap(\.clusterIPs).filter { $0 != "None" }
            #expect(addresses.count == Set(addresses).count)
            let ports = services.flatMap(\.ports).map(\.nodePort).filter { $0 != 0 }
            #expect(ports.count == Set(ports).count)
            let balanced = services.flatMap(\.loadBalancerIngress).map(\.ip)
            #expect(balanced.count == Set(balanced).count)
            let pods = try registry.list(.pod).objects.flatMap { try Pod($0).podIPs }
            #expect(pods.count == Set(pods).count)
        }
    }
}
