import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "A pod: glibc with the files that Martlet makes",
    .enabled(
        if: Pod.obstacle == nil,
        "SKIPPED, A POD WAS NOT TRIED: namespaces can't be made here: \(Pod.obstacle ?? "")"
    )
)
struct PodTests {
    @Test func `names resolve in a pod as in Kubernetes`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let pod = try Pod(site, namespace: "shop", pod: "api-blue")

        // A service of the pod's namespace, however much of its name is written.
        for name in [
            "web", "web.shop", "web.shop.svc", "web.shop.svc.cluster.local",
            "web.shop.svc.cluster.local.", "WEB.Shop",
        ] {
            #expect(try pod.addresses(name) == ["10.96.0.21"], "\(name)")
        }
        // Services of other namespaces, by name and namespace.
        let database = try site.done(
            "get",
            "pods",
            "-n",
            "data",
            "-l",
            "app=db",
            "-o",
            "jsonpath={range .items[*]}{.status.podIPs[*].ip} {end}"
        ).split(separator: " ").map(String.init).filter { !$0.contains(":") }
        #expect(database.count == 3)
        for name in ["db.data", "db.data.svc", "db.data.svc.cluster.local."] {
            #expect(try pod.addresses(name) == database.sorted(), "\(name)")
        }
        #expect(try pod.addresses("db-1.db.data") == [database[1]])
        let cache = try site.done(
            "get",
            "svc",
            "cache",
            "-n",
            "data",
            "-o",
            "jsonpath={.spec.clusterIPs[*]}"
        ).split(separator: " ").map(String.init).sorted()
        #expect(cache.count == 2)
        #expect(try pod.addresses("cache.data") == cache)
        #expect(try pod.addresses("kubernetes.default") == ["10.96.0.1"])

        // Names outside of the cluster, directly and through an ExternalName service.
        #expect(try pod.addresses("postgres.example.internal") == ["192.0.2.32", "2001:db8::32"])
        #expect(try pod.addresses("www.example.internal.") == ["192.0.2.53", "2001:db8::53"])
        #expect(try pod.addresses("orders-db") == ["192.0.2.32", "2001:db8::32"])

        // Another namespace's service needs the namespace; what isn't there isn't found.
        for name in ["db", "cache", "kubernetes", "nothing", "web.data", "nothing.shop.svc"] {
            #expect(try pod.addresses(name) == [], "\(name)")
        }
        // The pod itself is in its hosts file.
        let own = try site.done(
            "get",
            "pod",
            "api-blue",
            "-n",
            "shop",
            "-o",
            "jsonpath={.status.podIP}"
        )
        #expect(try pod.addresses("api-blue").contains(own))
    }

    @Test func `addresses resolve in a pod to the names of services`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let pod = try Pod(site, namespace: "shop", pod: "api-blue")
        let found = try pod.run("getent", "hosts", "10.96.0.21")
        #expect(
            found.output.split(separator: " ") == ["10.96.0.21", "web.shop.svc.cluster.local\n"]
        )
        #expect(try pod.run("getent", "hosts", "10.96.200.200").status == 2)
    }

    @Test func `a change reaches a running pod`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let pod = try Pod(site, namespace: "shop", pod: "api-blue")
        #expect(try pod.addresses("late") == [])
        try site.done(
            "create",
            "service",
            "clusterip",
            "late",
            "--tcp=80",
            "--clusterip=10.96.0.99",
            "-n",
            "shop"
        )
        let deadline = Instant.now + 120
        var found: [String] = []
        while found.isEmpty, Instant.now < deadline { found = try pod.addresses("late") }
        #expect(found == ["10.96.0.99"])
    }
}
