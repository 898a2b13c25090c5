import Foundation
import Testing

@Suite("martlet: the program")
struct CommandTests {
    @Test func `the demo applies, is listed, described, exported and deleted`() throws {
        let place = try Place()
        let applied = try place.run("apply", "-f", Place.zones + "/demo")
        #expect(applied.status == 0)
        #expect(applied.output.contains("service/web created\n"))
        #expect(applied.output.contains("deployment.apps/web created\n"))
        let again = try place.run("apply", "-f", Place.zones + "/demo")
        #expect(!again.output.contains("created") && !again.output.contains("configured"))

        let path = "jsonpath={.spec.clusterIP}"
        #expect(try place.run("get", "svc", "web", "-n", "shop", "-o", path).output == "10.96.0.21")
        let all = try place.run("get", "services", "-A").output
        #expect(all.hasPrefix("NAMESPACE   NAME         TYPE"))
        let names = try place.run("get", "po", "-n", "data", "-l", "app=db", "-o", "name").output
        #expect(names == "pod/db-0\npod/db-1\npod/db-2\n")
        #expect(
            try place.run("describe", "svc", "web", "-n", "shop").output
                .contains("DNS Name:                 web.shop.svc.cluster.local")
        )
        let zone = try place.run("export", "zone").output
        #expect(zone.contains("web.shop.svc.cluster.local.\t5\tIN\tA\t10.96.0.21\n"))
        #expect(
            try place.run("delete", "-f", Place.zones + "/demo").output
                .contains("service \"web\" deleted\n")
        )
        let none = try place.run("get", "svc", "-n", "shop")
        #expect(none.status == 0)
        #expect(none.errors == "No resources found in shop namespace.\n")
    }

    @Test func `messages are kubectl's`() throws {
        let place = try Place()
        #expect(try place.run("create", "ns", "a").output == "namespace/a created\n")
        let create = ["create", "service", "clusterip", "x", "--tcp=80:8080", "-n", "a"]
        #expect(try place.run(create).output == "service/x created\n")
        let twice = try place.run(create)
        #expect(twice.status == 1)
        #expect(
            twice.errors == "Error from server (AlreadyExists): services \"x\" already exists\n"
        )
        #expect(try place.run("label", "svc/x", "k=v", "-n", "a").output == "service/x labeled\n")
        #expect(
            try place.run("label", "svc/x", "k=v", "-n", "a").output == "service/x not labeled\n"
        )
        #expect(
            try place.run("label", "svc/x", "k=w", "-n", "a").errors
                == "error: 'k' already has a value (v), and --overwrite is false\n"
        )
        #expect(try place.run("label", "svc/x", "k-", "-n", "a").output == "service/x unlabeled\n")
        #expect(try place.run("delete", "svc", "x", "-n", "a").output == "service \"x\" deleted\n")
        let missing = try place.run("get", "svc", "x", "-n", "a")
        #expect(missing.status == 1)
        #expect(missing.errors == "Error from server (NotFound): services \"x\" not found\n")
        #expect(try place.run("create", "pod", "p", "--port=80").output == "pod/p created\n")
        #expect(try place.run("set", "unready", "pod/p").output == "pod/p unready\n")
        #expect(try place.run("get", "po", "p", "--no-headers").output.contains("0/1"))
    }

    @Test func `a set with one mistake changes nothing, and every mistake is told`() throws {
        let place = try Place()
        let text = """
            apiVersion: v1
            kind: Service
            metadata: {name: good}
            spec: {ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Servce
            metadata: {name: x}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: bad}
            spec: {ports: [{port: 0}]}
            """
        let result = try place.run(["apply", "-f", "-"], input: text)
        #expect(result.status == 1)
        #expect(result.errors.contains("document 2 (line 6): no kind \"Servce\""))
        #expect(result.errors.contains("document 3 (line 10): Service \"bad\" is invalid"))
        #expect(try place.run("get", "svc", "-o", "name").output == "service/kubernetes\n")
    }

    @Test func `what only the registry can see is told with the mistakes of the text`() throws {
        let place = try Place()
        let text = """
            apiVersion: v1
            kind: Service
            metadata: {name: bad}
            spec: {ports: [{port: 0}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: taken}
            spec: {clusterIP: 10.96.0.1, ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: lost, namespace: nowhere}
            spec: {ports: [{port: 80}]}
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: mistaken, labels: {"a b": c}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: inside, namespace: mistaken}
            spec: {ports: [{port: 80}]}
            """
        let result = try place.run(["apply", "-f", "-"], input: text)
        let lines = result.errors.split(separator: "\n")
        #expect(result.status == 1)
        try #require(lines.count == 5, "\(result.errors)")
        let expected = [
            "document 1 (line 1): Service \"bad\" is invalid: spec.ports[0].port: Invalid value: 0",
            "document 4 (line 16): Namespace \"mistaken\" is invalid: metadata.labels",
            "document 2 (line 6): Service \"taken\" is invalid: spec.clusterIPs: Invalid value",
            "document 3 (line 11): Service \"lost\": namespaces \"nowhere\" not found",
        ]
        for (line, text) in zip(lines, expected) {
            #expect(line.hasPrefix("error: standard input: \(text)"), "\(line)")
        }
        #expect(lines[4] == "nothing was applied")
    }

    @Test func `a dry run keeps nothing`() throws {
        let place = try Place()
        let path = Place.zones + "/demo"
        let result = try place.run("apply", "-f", path, "--dry-run=server")
        #expect(result.output.contains("service/web created (server dry run)\n"))
        #expect(try place.run("get", "ns", "shop").status == 1)
    }

    @Test func `a selector chooses among a file's objects`() throws {
        let place = try Place()
        let text = ["one", "two"].map {
            """
            apiVersion: v1
            kind: Service
            metadata: {name: \($0), labels: {app: \($0)}}
            spec: {ports: [{port: 80}]}
            """
        }.joined(separator: "\n---\n")
        let one = try place.run(["apply", "-f", "-", "-l", "app=one"], input: text)
        #expect(one.output == "service/one created\n")
        let none = try place.run(["apply", "-f", "-", "-l", "app=no"], input: text)
        #expect(none.status == 1)
        #expect(none.errors == "error: no objects passed to apply\n")
        _ = try place.run(["apply", "-f", "-"], input: text)
        let deleted = try place.run(
            ["delete", "-f", "-", "-l", "app=two", "--grace-period=0", "--force", "--wait=false"],
            input: text
        )
        #expect(deleted.output == "service \"two\" deleted\n")
        let mixed = try place.run("delete", "svc", "one", "-l", "app=two")
        #expect(mixed.status == 64)
        #expect(try place.run("get", "svc", "one", "-o", "name").output == "service/one\n")
    }

    @Test func `scale changes the number of pods`() throws {
        let place = try Place()
        _ = try place.run("apply", "-f", Place.zones + "/demo")
        let scaled = try place.run("scale", "deploy/web", "--replicas=5", "-n", "shop")
        #expect(scaled.output == "deployment.apps/web scaled\n")
        let pods = try place.run("get", "po", "-n", "shop", "-l", "app=web", "-o", "name").output
        #expect(pods.split(separator: "\n").count == 5)
    }

    @Test func `a pod has its files and the variables of when it was created`() throws {
        let place = try Place()
        _ = try place.run("apply", "-f", Place.zones + "/demo")
        _ = try place.run("create", "service", "clusterip", "late", "--tcp=1", "-n", "shop")
        let before = try place.run("env", "-n", "shop", "--pod", "api-blue").output
        #expect(before.contains("WEB_SERVICE_HOST=10.96.0.21\n"))
        #expect(!before.contains("LATE_SERVICE_HOST"))
        #expect(try place.run("env", "-n", "shop").output.contains("LATE_SERVICE_HOST"))

        let file = place.directory + "/resolv.conf"
        let flags = ["-n", "shop", "--host-resolv-conf=none", "--cluster-dns=10.96.0.10"]
        #expect(try place.run(["resolv-conf", "-o", file] + flags).status == 0)
        #expect(
            try String(contentsOfFile: file, encoding: .utf8) == """
                search shop.svc.cluster.local svc.cluster.local cluster.local
                nameserver 10.96.0.10
                options ndots:5

                """
        )
        #expect(
            try place.run(["resolv-conf", "-o", "docker"] + flags).output
                == "--dns 10.96.0.10 --dns-search shop.svc.cluster.local"
                + " --dns-search svc.cluster.local --dns-search cluster.local"
                + " --dns-option ndots:5\n"
        )
        let wrong = try place.run("hosts", "--hostname=x", "-o", "json")
        #expect(wrong.status == 64)
        #expect(wrong.errors.hasPrefix("error: -o json: the formats are file;"))
        #expect(try place.run(["resolv-conf", "-o", "-"] + flags).output.hasPrefix("search shop"))
        let manifest = """
            apiVersion: v1
            kind: Pod
            metadata: {name: p, namespace: shop}
            spec:
              hostname: h
              enableServiceLinks: false
              dnsPolicy: None
              dnsConfig: {nameservers: [1.1.1.1], options: [{name: ndots, value: "2"}]}
              containers: [{name: c, image: i}]
            status: {podIP: 10.244.9.9, podIPs: [{ip: 10.244.9.9}]}
            """
        let own = try place.run(["resolv-conf", "-f", "-"], input: manifest)
        #expect(own.output == "nameserver 1.1.1.1\noptions ndots:2\n")
        let variables = try place.run(["env", "-f", "-"], input: manifest).output
        #expect(variables.hasPrefix("KUBERNETES_SERVICE_HOST="))
        #expect(!variables.contains("WEB_"))
        let ownHosts = try place.run(["hosts", "-f", "-"], input: manifest).output
        #expect(ownHosts.hasSuffix("\n10.244.9.9\th\n"))
        let hosts = try place.run("hosts", "-n", "data", "--pod", "db-0").output
        #expect(hosts.contains("\tdb-0.db.data.svc.cluster.local\tdb-0\n"))
    }

    @Test func `files are checked`() throws {
        let place = try Place()
        let good = try place.run(
            "check",
            Place.zones + "/demo",
            Place.zones + "/Corefile",
            Place.zones + "/example.internal.zone"
        )
        #expect(good.status == 0)
        #expect(good.errors.isEmpty)
        let bad = place.directory + "/Corefile"
        try ". {\n kubernets\n}\n".write(toFile: bad, atomically: true, encoding: .utf8)
        let result = try place.run("check", bad)
        #expect(result.status == 1)
        #expect(result.errors.hasPrefix("error: \(bad):2: unknown directive"))
    }

    @Test func `exit statuses tell refusals from misuse and absence`() throws {
        let place = try Place()
        #expect(try place.run("get", "svc", "nope").status == 1)
        #expect(try place.run("get").status == 64)
        #expect(try place.run("nonsense").status == 64)
        #expect(try place.run("query", "a", "--timeout=0.05", "--tries=1", "-p", "9").status == 69)
        let missing = "sqlite:\(place.directory)/none/r.db"
        #expect(try place.run("get", "svc", "--registry", missing).status == 69)
        #expect(try place.run("get", "svc", "--registry", "mysql:x").status == 64)
        #expect(
            try place.run("--version").output == "\(try place.run("version").output.dropFirst(8))"
        )
    }
}

/// A directory with a registry of its own, and the program that works on it.
final class Place {
    struct Result {
        var status: Int32
        var output: String
        var errors: String
    }

    let directory: String

    /// The repository's `zones` directory.
    static let zones = URL(filePath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "zones").path()

    static let binary: URL = {
        if let path = ProcessInfo.processInfo.environment["MARTLET_BINARY"] {
            return URL(filePath: path)
        }
        // SwiftPM puts the test program and what it tests in one directory.
        return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "martlet")
    }()

    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appending(path: "martlet-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    func run(_ arguments: String...) throws -> Result { try run(arguments) }

    func run(_ arguments: [String], input: String = "") throws -> Result {
        let process = Process()
        process.executableURL = Place.binary
        process.arguments = arguments
        process.environment = ["MARTLET_REGISTRY": "sqlite:\(directory)/registry.db"]
        let files = ["in", "out", "err"].map { URL(filePath: "\(directory)/\($0)") }
        try Data(input.utf8).write(to: files[0])
        for file in files[1...] { try Data().write(to: file) }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self)
        )
    }
}
