import KubernetesModel
import Testing

@Suite("Metadata validation")
struct MetadataValidationTests {
    @Test(
        arguments: [
            ("name: \"\"", ["metadata.name: Required value: name or generateName is required"]),
            ("generateName: web-", []),
            ("generateName: Web-, name: web", ["metadata.generateName"]),
            ("name: 1web", ["metadata.name"]), ("name: a.b", ["metadata.name"]),
            (
                "name: web, namespace: a.b",
                ["metadata.namespace: Invalid value: \"a.b\": must not contain dots"]
            ),
            (
                "name: web, labels: {a b: c}",
                ["metadata.labels: Invalid value: \"a b\": name part must consist"]
            ),
            (
                "name: web, labels: {a: -}",
                ["metadata.labels: Invalid value: \"-\": a valid label must be"]
            ),
            (
                "name: web, labels: {a/b/c: d}",
                ["metadata.labels: Invalid value: \"a/b/c\": a qualified name must"]
            ),
            ("name: web, annotations: {A/b: \"any text\"}", []),
            ("name: web, annotations: {a b: c}", ["metadata.annotations"]),
        ]
    )
    func `names, labels and annotations`(metadata: String, messages: [String]) throws {
        let metadata = metadata.replacing("a: -}", with: "a: \"-\"}")
        let found = try errors(
            in:
                "{apiVersion: v1, kind: Service, metadata: {\(metadata)}, spec: {ports: [{port: 80}]}}"
        )
        #expect(found.count == messages.count)
        for (error, message) in zip(found, messages) {
            #expect(error.hasPrefix(message), "\(error)")
        }
    }

    @Test func `a label of a megabyte is refused by its length, and not printed whole`() throws {
        var object = try APIObject(
            yaml:
                "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {ports: [{port: 80}]}}"
        )
        object.labels["app"] = String(repeating: "x", count: 1 << 20)
        object.labels[String(repeating: "k", count: 1 << 20)] = "v"
        let errors = object.validationErrors()
        #expect(
            errors.map(\.detail) == [
                "must be no more than 63 bytes", "name part must be no more than 63 bytes",
            ]
        )
        #expect(errors.allSatisfy { $0.description.utf8.count < 1000 })
    }

    @Test func `annotations have 256 KiB together`() throws {
        var object = try APIObject(yaml: "{apiVersion: v1, kind: Namespace, metadata: {name: a}}")
        object.annotations = ["a": String(repeating: "x", count: (256 << 10) - 1)]
        #expect(object.validationErrors().isEmpty)
        object.annotations = ["ab": String(repeating: "x", count: (256 << 10) - 1)]
        #expect(
            object.validationErrors().map(\.description) == [
                "metadata.annotations: Too long: may not be more than 262144 bytes"
            ]
        )
    }

    @Test func `a cluster-scoped object loses its namespace`() throws {
        let object = try APIObject(
            yaml: "{apiVersion: v1, kind: Node, metadata: {name: n1, namespace: x}}"
        )
        #expect(object.key == ObjectKey(kind: .node, namespace: "", name: "n1"))
        #expect(object.value(at: "metadata", "namespace") == nil)
    }
}

@Suite("Pod validation")
struct PodValidationTests {
    static func pod(_ spec: String) -> String {
        "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {\(spec)}}"
    }

    @Test(
        arguments: [
            ("containers: [{name: c}]", []),
            ("containers: []", ["spec.containers: Required value"]),
            ("hostname: a", ["spec.containers: Required value"]),
            ("containers: [{name: c}], hostname: A", ["spec.hostname: Invalid value: \"A\""]),
            (
                "containers: [{name: c}], subdomain: a.b",
                ["spec.subdomain: Invalid value: \"a.b\": must not contain dots"]
            ),
            ("containers: [{image: x}]", ["spec.containers[0].name: Required value"]),
            (
                "containers: [{name: c}, {name: c}]",
                ["spec.containers[1].name: Duplicate value: \"c\""]
            ),
            (
                "containers: [{name: c}], initContainers: [{name: c}]",
                ["spec.initContainers[0].name: Duplicate value: \"c\""]
            ),
            (
                "containers: [{name: c, ports: [{name: http}]}]",
                ["spec.containers[0].ports[0].containerPort: Required value"]
            ),
            (
                "containers: [{name: c, ports: [{containerPort: 70000}]}]",
                [
                    "spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive"
                ]
            ),
            (
                "containers: [{name: c, ports: [{name: a, containerPort: 1}, {name: a, containerPort: 2}]}]",
                ["spec.containers[0].ports[1].name: Duplicate value: \"a\""]
            ),
            (
                "containers: [{name: c}], dnsPolicy: First",
                [
                    "spec.dnsPolicy: Unsupported value: \"First\": supported values: \"ClusterFirst\", \"ClusterFirstWithHostNet\", \"Default\", \"None\""
                ]
            ),
            (
                "containers: [{name: c}], dnsPolicy: None",
                [
                    "spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"
                ]
            ),
            (
                "containers: [{name: c}], dnsPolicy: None, dnsConfig: {searches: [a]}",
                [
                    "spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None"
                ]
            ),
            (
                "containers: [{name: c}], dnsConfig: {nameservers: [a]}",
                ["spec.dnsConfig.nameservers[0]: Invalid value: \"a\": must be a valid IP address"]
            ),
            (
                "containers: [{name: c}], dnsConfig: {nameservers: [1.1.1.1, 1.1.1.2, 1.1.1.3, 1.1.1.4]}",
                [
                    "spec.dnsConfig.nameservers: Invalid value: [\"1.1.1.1\",\"1.1.1.2\",\"1.1.1.3\",\"1.1.1.4\"]: must not have more than 3 nameservers"
                ]
            ),
            ("containers: [{name: c}], dnsConfig: {searches: [., _a.b, x.]}", []),
            (
                "containers: [{name: c}], dnsConfig: {searches: [a..b]}",
                ["spec.dnsConfig.searches[0]: Invalid value: \"a..b\""]
            ),
            (
                "containers: [{name: c}], dnsConfig: {options: [{value: a}]}",
                ["spec.dnsConfig.options[0]: Required value: must not be empty"]
            ),
            (
                "containers: [{name: c}], hostAliases: [{ip: x, hostnames: [A]}]",
                ["spec.hostAliases[0].ip", "spec.hostAliases[0].hostnames[0]"]
            ),
        ] as [(String, [String])]
    )
    func `a pod is checked as far as discovery reads it`(spec: String, messages: [String]) throws {
        let found = try errors(in: Self.pod(spec))
        #expect(found.count == messages.count, "\(found)")
        for (error, message) in zip(found, messages) {
            #expect(error.hasPrefix(message), "\(error)")
        }
    }

    @Test func `long search lists are refused`() throws {
        let searches = (0..<33).map { "a\($0)" }.joined(separator: ", ")
        let found = try errors(
            in: Self.pod("containers: [{name: c}], dnsConfig: {searches: [\(searches)]}")
        )
        #expect(found.count == 1)
        #expect(found.first?.hasSuffix("must not have more than 32 search paths") == true)
    }

    @Test(
        arguments: [
            ("containers: [{name: c, image: a}]", "containers: [{name: c, image: b}]", true),
            ("containers: [{name: c}]", "containers: [{name: c}], nodeName: n1", true),
            (
                "containers: [{name: c}], nodeName: n1", "containers: [{name: c}], nodeName: n2",
                false
            ),
            ("containers: [{name: c}]", "containers: [{name: c}], hostname: a", false),
            ("hostname: a, containers: [{name: c}]", "containers: [{name: c}], hostname: a", true),
        ]
    )
    func `a pod's spec stays as it was created`(old: String, new: String, isRight: Bool) throws {
        let found = try errors(in: Self.pod(new), replacing: Self.pod(old))
        #expect(found.isEmpty == isRight)
        if !isRight {
            #expect(
                found[0].hasPrefix("spec: Forbidden: pod updates may not change fields other than")
            )
        }
    }
}
