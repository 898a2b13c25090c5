import KubernetesModel
import Registry
import Testing

@Suite("A new registry")
struct BootstrapTests {
    @Test(arguments: Engine.allCases)
    func `it has its namespaces, its service and its slice`(engine: Engine) throws {
        try engine.withStore { store throws in
            let registry = try Registry(store: store, environment: .seeded(1))
            let namespaces = try registry.list(.namespace).objects.map(\.key.name)
            #expect(namespaces == ["default", "kube-node-lease", "kube-public", "kube-system"])
            let service = try registry.service("kubernetes", namespace: "default")
            #expect(service.clusterIPs == ["10.96.0.1"])
            #expect(service.ipFamilies == [.ipv4])
            #expect(
                service.metadata.labels == ["component": "apiserver", "provider": "kubernetes"]
            )
            let slices = try registry.slices("kubernetes", namespace: "default")
            #expect(slices.map(\.metadata.name) == ["kubernetes"])
            #expect(slices.first?.ports == [EndpointPort(name: "https", port: 6443)])
            let revision = try registry.revision
            let again = try Registry(store: store, environment: .seeded(2))
            #expect(try again.revision == revision)
            #expect(again.settings == registry.settings)
            try again.delete(ObjectKey(kind: .service, namespace: "default", name: "kubernetes"))
            let mended = try Registry(store: store, environment: .seeded(3))
            #expect(
                try mended.service("kubernetes", namespace: "default").clusterIPs == ["10.96.0.1"]
            )
            #expect(try mended.endpoints("kubernetes", namespace: "default").count == 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func `other blocks are refused once there are services, other pools are taken`(
        engine: Engine
    ) throws {
        let other = try #require(blocks("10.32.0.0/20"))
        let pool = try #require(blocks("198.51.100.0/24"))
        try engine.withStore { store throws in
            let registry = try Registry(store: store, environment: .seeded(1))
            _ = try Registry(
                store: store,
                requested: RequestedSettings(serviceCIDRs: other),
                environment: .seeded(1)
            )
            #expect(
                try registry.service("kubernetes", namespace: "default").clusterIPs == ["10.32.0.1"]
            )
            let reopened = try Registry(store: store, environment: .seeded(1))
            _ = try reopened.create(service("web", namespace: "default"))
            let text = message {
                _ = try Registry(
                    store: store,
                    requested: RequestedSettings(serviceCIDRs: blocks("10.64.0.0/20")),
                    environment: .seeded(1)
                )
            }
            #expect(
                text
                    == "the registry was created with --service-cidr 10.32.0.0/20 and has 1 services "
                    + "besides \"kubernetes\", so it cannot be opened with 10.64.0.0/20; "
                    + "leave the option out, or create another registry"
            )
            let pooled = try Registry(
                store: store,
                requested: RequestedSettings(loadBalancerPools: pool),
                environment: .seeded(1)
            )
            #expect(pooled.settings.loadBalancerPools == pool)
            #expect(try Registry(store: store, environment: .seeded(1)).settings == pooled.settings)
        }
    }
}
