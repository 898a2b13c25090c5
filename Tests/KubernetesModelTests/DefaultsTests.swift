import KubernetesModel
import Testing

@Suite("Defaulting (core/v1 defaults.go)")
struct DefaultsTests {
    static func defaulted(_ text: String) throws -> Value {
        try .object(APIObject(yaml: text).defaulted().fields)
    }

    @Test func `a service gets what Kubernetes fills in`() throws {
        let value = try Self.defaulted(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web}
            spec: {clusterIP: None, unknown: kept, ports: [{port: 80}, {name: b, port: 81, targetPort: x}]}
            """
        )
        let expected = try YAMLReader.read(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: web, namespace: default}
            spec:
              clusterIP: None
              clusterIPs: [None]
              internalTrafficPolicy: Cluster
              ports:
              - {port: 80, protocol: TCP, targetPort: 80}
              - {name: b, port: 81, protocol: TCP, targetPort: x}
              sessionAffinity: None
              type: ClusterIP
              unknown: kept
            status: {loadBalancer: {}}
            """
        )
        #expect(value.isEquivalent(to: expected), "\(YAMLWriter.write(value))")
    }

    @Test(
        arguments: [
            (
                "type: NodePort",
                ["externalTrafficPolicy": "Cluster", "internalTrafficPolicy": "Cluster"]
            ),
            (
                "type: LoadBalancer",
                ["allocateLoadBalancerNodePorts": true, "externalTrafficPolicy": "Cluster"]
            ),
            ("externalIPs: [192.0.2.1]", ["externalTrafficPolicy": "Cluster"]),
            ("type: ExternalName", ["sessionAffinity": "None"]),
            (
                "sessionAffinity: ClientIP",
                ["sessionAffinityConfig": ["clientIP": ["timeoutSeconds": 10_800]]]
            ),
        ] as [(String, Fields)]
    )
    func `other fields by type`(spec: String, expected: Fields) throws {
        let value = try Self.defaulted(
            "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {\(spec)}}"
        )
        for (field, content) in expected { #expect(value["spec"]?[field] == content, "\(field)") }
        if spec.contains("ExternalName") { #expect(value["spec"]?["internalTrafficPolicy"] == nil) }
    }

    @Test func `a session's configuration goes when there is no affinity`() throws {
        let value = try Self.defaulted(
            "{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {sessionAffinity: None, sessionAffinityConfig: {}}}"
        )
        #expect(value["spec"]?["sessionAffinityConfig"] == nil)
    }

    @Test func `a namespace carries its name as a label`() throws {
        let value = try Self.defaulted("{apiVersion: v1, kind: Namespace, metadata: {name: shop}}")
        #expect(value["metadata"]?["labels"] == ["kubernetes.io/metadata.name": "shop"])
        #expect(value["status"] == ["phase": "Active"])
    }

    @Test func `pods, slices and workloads`() throws {
        let pod = try Self.defaulted(
            "{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c, ports: [{containerPort: 1}]}]}}"
        )
        #expect(pod["spec"]?["dnsPolicy"] == "ClusterFirst")
        #expect(pod["spec"]?["enableServiceLinks"] == true)
        #expect(pod["spec"]?["containers"]?[0]?["ports"]?[0]?["protocol"] == "TCP")
        #expect(pod["status"]?["phase"] == "Pending")
        let slice = try Self.defaulted(
            "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: s}, addressType: IPv4, ports: [{port: 1}]}"
        )
        #expect(
            slice["ports"]?[0]?.isEquivalent(to: ["port": 1, "protocol": "TCP", "name": ""]) == true
        )
        let workload = try Self.defaulted(
            "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {template: {spec: {}}}}"
        )
        #expect(workload["spec"]?["replicas"] == 1)
        #expect(workload["spec"]?["template"]?["spec"]?["restartPolicy"] == "Always")
    }

    @Test(arguments: Kind.allCases)
    func `defaulting twice changes nothing more`(kind: Kind) throws {
        let object = try APIObject(
            yaml: """
                apiVersion: \(kind.apiVersion)
                kind: \(kind.rawValue)
                metadata: {name: a}
                spec: {ports: [{port: 80}], containers: [{name: c}], template: {spec: {}}}
                """
        ).defaulted()
        #expect(object.defaulted() == object)
    }
}
