import Foundation
import Testing

@Suite("Martlet: from manifests to answers")
struct StoryTests {
    /// A manifest of the user's own.
    private static let service = """
        apiVersion: v1
        kind: Service
        metadata:
          name: search
          namespace: shop
        spec:
          clusterIP: 10.96.0.77
          ports:
            - name: http
              port: 80
        """

    @Test func `what the command line changes, dig sees`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let server = try site.serve("--config", Site.path("zones/Corefile"))
        #expect(try server.short("web.shop.svc.cluster.local") == ["10.96.0.21"])
        #expect(try server.short("+tcp", "web.shop.svc.cluster.local") == ["10.96.0.21"])
        #expect(try server.short("-x", "10.96.0.21") == ["web.shop.svc.cluster.local."])
        // The question comes back as it was written.
        #expect(
            try server.dig("WEB.shop.svc.Cluster.LOCAL").contains(";WEB.shop.svc.Cluster.LOCAL.")
        )
        #expect(try server.short("mail.example.internal") == ["192.0.2.25"])

        #expect(try server.short("search.shop.svc.cluster.local") == [])
        let created = try site.done("apply", "-f", "-", input: Self.service)
        #expect(created == "service/search created\n")
        try server.expect("search.shop.svc.cluster.local", become: ["10.96.0.77"])
        let services = try site.done("get", "services", "-A")
        #expect(services.contains("search       ClusterIP      10.96.0.77"))

        try site.done("delete", "service", "search", "-n", "shop")
        try server.expect("search.shop.svc.cluster.local", become: [])
        #expect(try server.dig("search.shop.svc.cluster.local").contains("status: NXDOMAIN"))
        try server.stop()
    }

    @Test func `endpoints follow readiness, labels, scale and deletion`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let server = try site.serve()
        let name = "db.data.svc.cluster.local"
        var addresses = try server.short(name)
        #expect(addresses.count == 3)
        let first = try #require(try server.short("db-0.\(name)").first)
        #expect(addresses.contains(first))

        #expect(try site.done("set", "unready", "pod/db-0", "-n", "data") == "pod/db-0 unready\n")
        try server.expect(name, become: addresses.filter { $0 != first })
        #expect(try server.short("db-0.\(name)") == [])
        try site.done("set", "ready", "pod/db-0", "-n", "data")
        try server.expect(name, become: addresses)

        try site.done("label", "pod", "db-0", "app=other", "--overwrite", "-n", "data")
        try server.expect(name, become: addresses.filter { $0 != first })
        try site.done("label", "pod", "db-0", "app=db", "--overwrite", "-n", "data")
        try server.expect(name, become: addresses)

        #expect(
            try site.done("scale", "statefulset/db", "--replicas=1", "-n", "data")
                == "statefulset.apps/db scaled\n"
        )
        addresses = [first]
        try server.expect(name, become: addresses)
        try site.done("delete", "namespace", "data")
        try server.expect(name, become: [])
        try server.stop()
    }

    @Test func `a pod's files name its services`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        try site.done(
            "resolv-conf",
            "-n",
            "shop",
            "-o",
            "\(site.directory)/resolv.conf",
            "--host-resolv-conf=none",
            "--cluster-dns=10.96.0.10"
        )
        let file = try String(contentsOfFile: "\(site.directory)/resolv.conf", encoding: .utf8)
        #expect(
            file == """
                search shop.svc.cluster.local svc.cluster.local cluster.local
                nameserver 10.96.0.10
                options ndots:5

                """
        )
        let variables = try site.done("env", "-n", "shop").split(separator: "\n")
        #expect(variables.contains("WEB_SERVICE_HOST=10.96.0.21"))
        #expect(variables.contains("WEB_SERVICE_PORT_METRICS=9100"))
        #expect(variables.contains("KUBERNETES_SERVICE_HOST=10.96.0.1"))
        #expect(!variables.contains { $0.hasPrefix("DB_") || $0.hasPrefix("CACHE_") })
        let hosts = try site.done("hosts", "-n", "shop", "--pod", "api-blue")
        let address = try site.done(
            "get",
            "pod",
            "api-blue",
            "-n",
            "shop",
            "-o",
            "jsonpath={.status.podIP}"
        )
        #expect(hosts.contains("\(address)\tapi-blue\n"))
    }

    @Test func `the exported zone is a zone to other name servers`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let zone = try site.write("cluster.zone", try site.done("export", "zone"))
        let read = try site.run(["ldns-read-zone", "-c", zone])
        #expect(read.status == 0, "\(read.errors)")
        #expect(read.output.contains("web.shop.svc.cluster.local.\t5\tIN\tA\t10.96.0.21\n"))
        let checked = try site.run(["named-checkzone", "cluster.local", zone])
        #expect(checked.status == 0, "\(checked.output)")
        #expect(checked.output.hasSuffix("\nOK\n"))
    }

    @Test(arguments: [
        ["web.shop.svc.cluster.local"],
        ["_http._tcp.web.shop.svc.cluster.local", "SRV"],
        ["cache.data.svc.cluster.local", "AAAA"],
        ["db-1.db.data.svc.cluster.local"],
        ["orders-db.shop.svc.cluster.local", "CNAME"],
        ["nothing.shop.svc.cluster.local"],
        ["cluster.local", "SOA"],
        ["cluster.local", "NS"],
        ["dns-version.cluster.local", "TXT"],
        ["example.internal", "MX"],
        ["a.dev.example.internal"],
    ])
    func `query prints the sections that dig prints`(_ question: [String]) throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let server = try site.serve("--config", Site.path("zones/Corefile"))
        let type = question.count > 1 ? question[1] : "A"
        let dig = Self.sections(try server.dig(question[0], type))
        #expect(dig.hasPrefix("opcode: QUERY, status: ") && dig.contains(";; QUESTION SECTION:"))
        let query = try site.done(
            "query",
            question[0],
            type,
            "--server",
            "127.0.0.1:\(server.port)"
        )
        #expect(Self.sections(query) == dig)
        try server.stop()
    }

    @Test func `a watch prints what another process changes`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let watch = try site.startMartlet(["get", "pods", "-n", "shop", "--watch"])
        try watch.waitForOutput { $0.contains("api-green") && $0.contains("web-") }
        #expect(!watch.text.contains("0/1"))
        try site.done("set", "unready", "pod/api-blue", "-n", "shop")
        try watch.waitForOutput { text in
            text.split(separator: "\n").contains {
                $0.hasPrefix("api-blue ") && $0.contains("0/1")
            }
        }
        let last = watch.text.split(separator: "\n").last
        #expect(last?.hasPrefix("api-blue ") == true)
    }

    /// The lines of dig's output that the answer decides, with one blank between columns.
    ///
    /// Left out: the query's number, time and place, and remarks.
    private static func sections(_ text: String) -> String {
        let sections = text.components(separatedBy: "->>HEADER<<-").last ?? ""
        let remarks = [";; WARNING", ";; Query time", ";; SERVER", ";; WHEN", ";; MSG SIZE"]
        return sections.split(separator: "\n")
            .filter { line in !remarks.contains { line.hasPrefix($0) } }
            .map { line in
                let line = line.components(separatedBy: ", id: ")[0]
                return line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            }
            .joined(separator: "\n")
    }
}
