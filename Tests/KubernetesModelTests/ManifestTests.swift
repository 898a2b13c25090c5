import Glibc
import KubernetesModel
import Testing

/// A directory that is gone after the test.
final class TemporaryDirectory {
    let path: String

    init() {
        var random = SystemRandomNumberGenerator()
        path = "/tmp/martlet-manifests-\(UInt64.random(in: 0 ... .max, using: &random))"
        // SAFETY: a text that ends with a zero octet is handed over.
        #expect(unsafe mkdir(path, 0o700) == 0)
    }

    /// Writes a file, whose name may lead into a new directory.
    func write(_ text: String, to name: String) {
        if let slash = name.lastIndex(of: "/") {
            // SAFETY: as above.
            _ = unsafe mkdir("\(path)/\(name[..<slash])", 0o700)
        }
        // SAFETY: the file is closed before its handle goes out of scope.
        let file = unsafe fopen("\(path)/\(name)", "w")
        guard let file = unsafe file else {
            Issue.record("cannot write \(name)")
            return
        }
        unsafe fputs(text, file)
        unsafe fclose(file)
    }

    deinit { remove(path) }

    private func remove(_ path: String) {
        // SAFETY: the handle is checked, and entries are copied before the next is read.
        if let handle = unsafe opendir(path) {
            var names: [String] = []
            while let entry = unsafe readdir(handle) {
                let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                    unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) {
                        unsafe String(cString: $0)
                    }
                }
                if name != ".", name != ".." { names.append(name) }
            }
            unsafe closedir(handle)
            for name in names { remove("\(path)/\(name)") }
        }
        unsafe Glibc.remove(path)
    }
}

func read(_ text: String, namespace: String = "default") -> Manifest {
    ManifestReader(defaultNamespace: namespace).read(Array(text.utf8), source: "web.yaml")
}

@Suite("Manifests")
struct ManifestTests {
    static let service =
        "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 80}]}}"

    @Test func `documents are read with their places`() {
        let manifest = read(
            """
            # shop
            apiVersion: v1
            kind: Namespace
            metadata:
              name: shop
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {ports: [{port: 80}]}
            """,
            namespace: "shop"
        )
        #expect(manifest.problems.isEmpty)
        #expect(manifest.documents.map(\.place.document) == [1, 2])
        #expect(manifest.documents.map(\.place.line) == [2, 7])
        #expect(manifest.documents[0].object.key.namespace == "")
        #expect(
            manifest.documents[1].object.key
                == ObjectKey(kind: .service, namespace: "shop", name: "web")
        )
        #expect(manifest.documents[1].object.value(at: "metadata", "namespace") == "shop")
        #expect(manifest.documents[1].place.description == "web.yaml: document 2 (line 7)")
    }

    @Test func `lists are expanded, typed ones too`() {
        let manifest = read(
            """
            apiVersion: v1
            kind: List
            items:
            - \(Self.service)
            - apiVersion: v1
              kind: NamespaceList
              items: [{metadata: {name: a}}, {metadata: {name: b}}]
            """
        )
        #expect(manifest.problems.isEmpty)
        #expect(manifest.documents.map(\.object.key.name) == ["web", "a", "b"])
    }

    @Test func `JSON is read, one text or several`() {
        let text = #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}"#
        let manifest = read(text + "\n" + text.replacing("\"a\"", with: "\"b\""))
        #expect(manifest.problems.isEmpty)
        #expect(manifest.documents.map(\.object.key.name) == ["a", "b"])
        #expect(manifest.documents.map(\.place.line) == [1, 2])
        let broken = ManifestReader().read(Array("{\"a\":\n1,}".utf8), source: "a.json")
        #expect(
            broken.problems.map(\.description) == [
                "a.json: line 2: not JSON: line 2, column 3: expected a key in quotes, found '}'"
            ]
        )
    }

    @Test func `YAML in braces is YAML, and so are its mistakes`() {
        let manifest = read("{apiVersion: v1, kind: Namespace, metadata: {name: a}}")
        #expect(manifest.documents.count == 1)
        let broken = read("{apiVersion: v1")
        #expect(broken.problems.first?.message.hasPrefix("not YAML") == true)
    }

    @Test(
        arguments: [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [1, 2, 3], [0xFF, 0xFE]]
            as [[UInt8]]
    )
    func `what is no text at all is refused`(octets: [UInt8]) {
        let manifest = ManifestReader().read(octets, source: "x.png")
        #expect(manifest.problems.first?.message.hasPrefix("not YAML") == true)
    }

    @Test func `kinds without a part in discovery are named in one line`() {
        let kinds = [
            ("v1", "ConfigMap"), ("v1", "Secret"), ("v1", "ConfigMap"), ("batch/v1", "CronJob"),
            ("networking.k8s.io/v1", "Ingress"), ("rbac.authorization.k8s.io/v1", "ClusterRole"),
            ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
            ("policy/v1", "PodDisruptionBudget"),
            ("autoscaling/v2", "HorizontalPodAutoscaler"),
            ("monitoring.coreos.com/v1", "ServiceMonitor"),
            ("gateway.networking.k8s.io/v1", "HTTPRoute"), ("cert-manager.io/v1", "Certificate"),
        ]
        let text = kinds.map { "apiVersion: \($0.0)\nkind: \($0.1)\nmetadata: {name: x}\n" }
            .joined(separator: "---\n")
        let manifest = read(text)
        #expect(manifest.problems.isEmpty)
        #expect(manifest.documents.isEmpty)
        #expect(manifest.skipped.count == kinds.count)
        #expect(
            manifest.skippedSummary
                == "skipped, no part in discovery: Certificate, ClusterRole, ConfigMap (2), CronJob, "
                + "CustomResourceDefinition, HTTPRoute, HorizontalPodAutoscaler, Ingress, "
                + "PodDisruptionBudget, Secret, ServiceMonitor"
        )
    }

    @Test(
        arguments: [
            ("v1", "Servce", "no kind \"Servce\" in v1; did you mean \"Service\"?"),
            ("v1", "service", "no kind \"service\" in v1; did you mean \"Service\"?"),
            ("v1", "ConfigMaps", "no kind \"ConfigMaps\" in v1; did you mean \"ConfigMap\"?"),
            (
                "v1", "Deployment",
                "no kind \"Deployment\" in v1; did you mean apiVersion \"apps/v1\"?"
            ),
            (
                "v1", "Deploymnet",
                "no kind \"Deploymnet\" in v1; did you mean \"Deployment\" in apps/v1?"
            ),
            (
                "apps/v1beta1", "Deployment",
                "no kind \"Deployment\" in apps/v1beta1; did you mean apiVersion \"apps/v1\"?"
            ),
            (
                "extensions/v1beta1", "Deployment",
                "no kind \"Deployment\" in extensions/v1beta1; did you mean apiVersion \"apps/v1\"?"
            ),
            (
                "apps/v1", "Service",
                "no kind \"Service\" in apps/v1; did you mean apiVersion \"v1\"?"
            ),
            ("app/v1", "Whatever", "no kind \"Whatever\" in app/v1"),
        ]
    )
    func `a misspelt kind is a mistake`(apiVersion: String, kind: String, message: String) {
        let manifest = read("apiVersion: \(apiVersion)\nkind: \(kind)\nmetadata: {name: x}\n")
        #expect(manifest.problems.map(\.message) == [message])
        #expect(manifest.problems.first?.field == "kind")
        #expect(manifest.skipped.isEmpty && manifest.documents.isEmpty)
    }

    @Test func `every mistake is listed with its place and field`() {
        let manifest = read(
            """
            a: [
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: one}
            spec: {selecter: {a: b}, ports: [{port: 0}]}
            ---
            \(Self.service)
            ---
            just text
            ---
            kind: Service
            ---
            \(Self.service)
            """
        )
        #expect(
            manifest.problems.map(\.description) == [
                "web.yaml: document 1 (line 1): not YAML: line 2, column 1: "
                    + "did not find expected node content while parsing a flow node",
                "web.yaml: document 2 (line 3): Service \"one\": unknown field \"spec.selecter\"; "
                    + "did you mean \"selector\"?",
                "web.yaml: document 2 (line 3): Service \"one\" is invalid: spec.ports[0].port: "
                    + "Invalid value: 0: must be between 1 and 65535, inclusive",
                "web.yaml: document 4 (line 10): Invalid value: \"just text\": an object must be a "
                    + "mapping, not string",
                "web.yaml: document 5 (line 12): apiVersion: Required value",
                "web.yaml: document 6 (line 14): Service \"web\" is there twice, first in "
                    + "web.yaml: document 3 (line 8)",
            ]
        )
        #expect(
            manifest.problems.map(\.field) == [
                "", "spec.selecter", "spec.ports[0].port", "", "apiVersion", "metadata.name",
            ]
        )
    }

    @Test func `directories are read in the order of names`() {
        let directory = TemporaryDirectory()
        for name in ["b.yaml", "a.yml", "c.JSON", "d.txt", "sub/e.yaml"] {
            let object = "\(name.prefix(1))".replacing("s", with: "e").lowercased()
            directory.write(
                "{\"apiVersion\": \"v1\", \"kind\": \"Namespace\", \"metadata\": {\"name\": \"\(object)\"}}",
                to: name
            )
        }
        let flat = ManifestReader().read(paths: [directory.path])
        #expect(flat.problems.isEmpty)
        #expect(flat.documents.map(\.object.key.name) == ["a", "b", "c"])
        let deep = ManifestReader(isRecursive: true).read(paths: [directory.path + "/"])
        #expect(deep.documents.map(\.object.key.name) == ["a", "b", "c", "e"])
        let file = ManifestReader().read(paths: [directory.path + "/b.yaml"])
        #expect(file.documents.map(\.place.source) == [directory.path + "/b.yaml"])
    }

    @Test func `a missing file is named`() {
        let manifest = ManifestReader().read(paths: ["/nonexistent/web.yaml", "https://x/y.yaml"])
        #expect(
            manifest.problems.map(\.description) == [
                "/nonexistent/web.yaml: cannot open: No such file or directory",
                "https://x/y.yaml: URLs are not fetched; download it and pipe it to '-f -'",
            ]
        )
    }
}

@Suite("Unknown fields")
struct UnknownFieldTests {
    @Test(
        arguments: [
            ("Service", "v1", "extra: 1", "extra"),
            ("Service", "v1", "metadata: {name: a, label: {}}", "metadata.label"),
            (
                "Service", "v1", "spec: {ports: [{port: 1, targetport: 2}]}",
                "spec.ports[0].targetport"
            ),
            (
                "Service", "v1", "status: {loadBalancer: {ingress: [{address: x}]}}",
                "status.loadBalancer.ingress[0].address"
            ),
            ("Pod", "v1", "spec: {dnspolicy: None}", "spec.dnspolicy"),
            ("Pod", "v1", "spec: {containers: [{name: a, port: []}]}", "spec.containers[0].port"),
            (
                "Deployment", "apps/v1", "spec: {template: {spec: {container: []}}}",
                "spec.template.spec.container"
            ),
            ("Deployment", "apps/v1", "spec: {serviceName: a}", "spec.serviceName"),
            ("StatefulSet", "apps/v1", "spec: {selector: {app: a}}", "spec.selector.app"),
            (
                "EndpointSlice", "discovery.k8s.io/v1", "endpoints: [{address: a}]",
                "endpoints[0].address"
            ),
            ("Endpoints", "v1", "subsets: [{address: []}]", "subsets[0].address"),
            ("Namespace", "v1", "spec: {final: []}", "spec.final"),
        ]
    )
    func `a field that the kind doesn't have is named`(
        kind: String,
        version: String,
        text: String,
        path: String
    ) throws {
        var fields = try #require(YAMLReader.read(text).object)
        if fields["metadata"] == nil { fields["metadata"] = ["name": "a"] }
        fields["kind"] = .string(kind)
        fields["apiVersion"] = .string(version)
        let unknown = try APIObject(.object(fields)).unknownFields()
        #expect(unknown.map(\.path) == [path])
    }

    @Test func `the rest of a pod's spec is not looked at`() throws {
        let object = try APIObject(
            yaml: """
                apiVersion: apps/v1
                kind: DaemonSet
                metadata: {name: a, labels: {any: thing}, managedFields: [{x: y}]}
                spec:
                  selector: {matchLabels: {a: b}}
                  updateStrategy: {type: RollingUpdate}
                  template:
                    metadata: {labels: {a: b}}
                    spec:
                      volumes: [{name: v, anything: {goes: here}}]
                      affinity: {whatever: 1}
                      containers:
                      - {name: c, image: i, env: [{name: A, what: b}], resources: {limits: {cpu: 1}}}
                status: {anything: 1}
                """
        )
        #expect(object.unknownFields().isEmpty)
    }
}
