import KubernetesModel
import PodEnvironment
import Testing

@Suite("A search list with a marker")
struct SearchModeTests {
    private static let host = HostResolverConfiguration(
        nameservers: ["192.0.2.1"],
        searches: ["corp.example"]
    )

    private func make(
        _ mode: SearchMode,
        policy: String = "ClusterFirst",
        domain: String = "cluster.local",
        dnsConfig: PodDNSConfig? = nil
    ) -> ResolverConfiguration {
        ResolverConfiguration.make(
            ResolverRequest(
                policy: policy,
                namespace: "shop",
                dnsConfig: dnsConfig,
                clusterNameservers: ["10.96.0.10"],
                clusterDomain: domain,
                host: .file(Self.host),
                searchMode: mode
            )
        ).configuration
    }

    @Test func `the marker stands for the whole path, the host's entries included`() {
        let configuration = make(.marker)
        #expect(configuration.searches == ["search.shop.svc.cluster.local"])
        #expect(configuration.options == ["ndots:5"], "SERVICE.NAMESPACE must be searched for")
        #expect(configuration.libraryWarnings == [])
    }

    @Test func `the plain list is what the kubelet writes`() {
        let entries = [
            "shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "corp.example",
        ]
        #expect(make(.plain).searches == entries)
    }

    @Test func `entries of the pod follow the marker`() {
        let configuration = make(.marker, dnsConfig: PodDNSConfig(searches: ["lab.example"]))
        #expect(configuration.searches == ["search.shop.svc.cluster.local", "lab.example"])
    }

    @Test(arguments: ["Default", "None"])
    func `a pod that does not use the cluster's servers has no marker`(_ policy: String) {
        #expect(make(.marker, policy: policy).searches == make(.plain, policy: policy).searches)
    }

    @Test func `without a domain there is nothing to mark`() {
        #expect(make(.marker, domain: "").searches == ["corp.example"])
    }

    @Test func `musl is warned of when the pod lowers ndots`() {
        let option = PodDNSConfig.Option(name: "ndots", value: "1")
        let configuration = make(.marker, dnsConfig: PodDNSConfig(options: [option]))
        #expect(configuration.libraryWarnings.map(\.library) == [.musl])
    }
}
