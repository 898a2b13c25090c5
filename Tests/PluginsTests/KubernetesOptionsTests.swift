import ClusterView
import DNSWire
import KubernetesModel
import Plugins
import Testing

@Suite("kubernetes: options")
struct KubernetesOptionsTests {
    private func chain(_ options: String) throws -> ChainFixture {
        try ChainFixture("kubernetes {\n \(options)\n}", zones: "cluster.local")
    }

    @Test(arguments: [
        "startup_timeout 10s", "apiserver_qps 5.5", "apiserver_burst 10",
        "apiserver_max_inflight 0", "ignore", "ignore empty_service", "noendpoints",
        "endpoint_pod_names", "registry http://127.0.0.1:1", "labels app in (a, b)",
        "namespace_labels env=prod", "namespaces a b", "pods verified",
    ])
    func `what CoreDNS takes is taken`(_ option: String) throws {
        _ = try chain(option)
    }

    @Test(arguments: [
        ("endpoint https://127.0.0.1:6443", "registry URL"), ("kubeconfig a b", "registry URL"),
        ("kubeconfig", "'kubeconfig' takes"), ("tls a b c", "registry URL"), ("tls a", "takes 3"),
        ("multicluster clusterset.local", "not in Martlet yet"), ("zonal", "not in Martlet yet"),
        ("apiserver_qps -1", "is no rate"), ("apiserver_burst x", "is not an integer"),
        ("startup_timeout soon", "is not a duration"), ("labels", "takes"),
        ("labels a in", "labels"), ("namespaces a\n namespace_labels b=c", "cannot both be set"),
        ("pods some", "wrong value for pods: some"), ("ttl 3601", "[0, 3600]"),
        ("upstream", "unknown property"), ("ignore all", "unable to set ignore value"),
    ])
    func `mistakes are told`(_ option: String, _ message: String) throws {
        let error = #expect(throws: (any Error).self) { try chain(option) }
        #expect("\(try #require(error))".contains(message))
    }

    @Test func `selectors and registry become a part of the view that is asked for`() throws {
        let chain = try chain("labels app=web\n namespace_labels env in (a,b)\n registry http://x")
        let request = try #require(chain.context.views.first)
        #expect(request.registry == "http://x")
        #expect(request.options.labels?.description == "app=web")
        #expect(request.options.namespaceLabels?.description == "env in (a,b)")
        #expect(!request.options.indexesExternals)
    }

    @Test func `labels choose services, slices and namespaces`() throws {
        var options = ClusterIndex.Options()
        try options.setLabels("app=web")
        try options.setNamespaceLabels("env=prod")
        var index = ClusterIndex(options: options)
        index.update(Namespace(metadata: ObjectMeta(name: "shop", labels: ["env": "prod"])))
        index.update(Namespace(metadata: ObjectMeta(name: "test", labels: ["env": "test"])))
        for (name, app) in [("web", "web"), ("db", "sql")] {
            index.update(
                Service(
                    metadata: ObjectMeta(name: name, namespace: "shop", labels: ["app": app]),
                    clusterIPs: ["10.96.0.1"],
                    ports: [ServicePort(port: 80)]
                )
            )
        }
        let first = index.makeSnapshot(revision: 1, serial: 1)
        #expect(first.hasNamespace("shop") && !first.hasNamespace("test"))
        #expect(first.service("web", namespace: "shop") != nil)
        #expect(first.service("db", namespace: "shop") == nil)
        // What loses the label goes.
        index.update(Service(metadata: ObjectMeta(name: "web", namespace: "shop")))
        index.update(Namespace(metadata: ObjectMeta(name: "shop")))
        let second = index.makeSnapshot(revision: 2, serial: 2)
        #expect(second.service("web", namespace: "shop") == nil)
        #expect(!second.hasNamespace("shop"))
    }
}
