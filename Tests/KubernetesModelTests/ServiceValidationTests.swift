import KubernetesModel
import Testing

/// Validates an object of YAML after defaulting.
func errors(in text: String, replacing old: String? = nil) throws -> [String] {
    let object = try APIObject(yaml: text).defaulted()
    let oldObject = try old.map { try APIObject(yaml: $0).defaulted() }
    return object.validationErrors(replacing: oldObject).map(\.description)
}

@Suite("Service validation (apis/core/validation ValidateService)")
struct ServiceValidationTests {
    static func service(_ spec: String, name: String = "web") -> String {
        "{apiVersion: v1, kind: Service, metadata: {name: \(name)}, spec: {\(spec)}}"
    }

    @Test(
        arguments: [
            "ports: [{port: 80}]", "clusterIP: None", "clusterIP: None, selector: {a: b}",
            "type: ExternalName, externalName: example.com",
            "type: ExternalName, externalName: example.com., ports: [{port: 80}]",
            "type: NodePort, ports: [{port: 80, nodePort: 30000}]",
            "type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [\" 10.0.0.0/8 \"]",
            "ports: [{name: a, port: 53}, {name: b, port: 53, protocol: UDP}]",
            "ports: [{port: 80, targetPort: http}]",
            "ports: [{port: 80, appProtocol: kubernetes.io/h2c}]",
            "ports: [{port: 80}], clusterIP: 10.0.0.1",
            "ports: [{port: 80}], clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, \"fd00::1\"], ipFamilies: [IPv4, IPv6]",
            "ports: [{port: 80}], sessionAffinity: ClientIP",
            "ports: [{port: 80}], externalIPs: [192.0.2.1], externalTrafficPolicy: Local",
            "ports: [{name: 8083, port: 80}]",
            "ports: [{port: 80}], trafficDistribution: PreferSameNode",
        ].map { $0.replacing("name: 8083", with: "name: \"8083\"") }
    )
    func `a right service is accepted`(spec: String) throws {
        #expect(try errors(in: Self.service(spec)) == [])
    }

    @Test(
        arguments: [
            ("type: ClusterIP", ["spec.ports: Required value"]),
            (
                "ports: [{port: 0}]",
                ["spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"]
            ),
            (
                "ports: [{port: 65536, targetPort: 80}]",
                ["spec.ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive"]
            ),
            (
                "ports: [{port: 80, protocol: tcp}]",
                [
                    "spec.ports[0].protocol: Unsupported value: \"tcp\": supported values: \"SCTP\", \"TCP\", \"UDP\""
                ]
            ),
            (
                "ports: [{port: 80}, {port: 81}]",
                ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"]
            ),
            (
                "ports: [{name: a, port: 80}, {name: a, port: 81}]",
                ["spec.ports[1].name: Duplicate value: \"a\""]
            ),
            (
                "ports: [{name: a, port: 80}, {name: b, port: 80}]",
                ["spec.ports[1]: Duplicate value: {\"port\":80,\"protocol\":\"TCP\"}"]
            ),
            (
                "ports: [{port: 80, nodePort: 30000}]",
                ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"]
            ),
            (
                "type: NodePort, ports: [{name: a, port: 1, nodePort: 30000}, {name: b, port: 2, nodePort: 30000}]",
                ["spec.ports[1].nodePort: Duplicate value: 30000"]
            ),
            (
                "ports: [{port: 80, targetPort: a_b}]",
                [
                    "spec.ports[0].targetPort: Invalid value: \"a_b\": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
                ]
            ),
            ("type: ExternalName", ["spec.externalName: Required value"]),
            (
                "type: ExternalName, externalName: a, clusterIP: 10.0.0.1",
                ["spec.clusterIPs: Forbidden: may not be set for ExternalName services"]
            ),
            (
                "type: NodePort, clusterIP: None, ports: [{port: 80}]",
                [
                    "spec.clusterIPs[0]: Invalid value: \"None\": may not be set to 'None' for NodePort services"
                ]
            ),
            (
                "ports: [{port: 80}], clusterIP: 10.0.0.256",
                [
                    "spec.clusterIPs[0]: Invalid value: \"10.0.0.256\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
                ]
            ),
            (
                "ports: [{port: 80}], clusterIPs: [10.0.0.1]",
                [
                    "spec.clusterIPs: Invalid value: [\"10.0.0.1\"]: must be empty when `clusterIP` is not specified"
                ]
            ),
            (
                "ports: [{port: 80}], clusterIP: 10.0.0.1, clusterIPs: [10.0.0.2]",
                [
                    "spec.clusterIPs: Invalid value: [\"10.0.0.2\"]: first value must match `clusterIP`"
                ]
            ),
            (
                "ports: [{port: 80}], clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 10.0.0.2]",
                [
                    "spec.clusterIPs: Invalid value: [\"10.0.0.1\",\"10.0.0.2\"]: may specify no more than one IP for each IP family"
                ]
            ),
            (
                "ports: [{port: 80}], clusterIP: 10.0.0.1, ipFamilies: [IPv6]",
                [
                    "spec.clusterIPs[0]: Invalid value: \"10.0.0.1\": expected an IPv6 value as indicated by `ipFamilies[0]`"
                ]
            ),
            (
                "ports: [{port: 80}], clusterIP: None, clusterIPs: [None, 10.0.0.1]",
                [
                    "spec.clusterIPs: Invalid value: [\"None\",\"10.0.0.1\"]: 'None' must be the first and only value"
                ]
            ),
            (
                "ports: [{port: 80}], ipFamilies: [IPv4, IPv4]",
                ["spec.ipFamilies[1]: Duplicate value: \"IPv4\""]
            ),
            (
                "ports: [{port: 80}], ipFamilyPolicy: Dual",
                [
                    "spec.ipFamilyPolicy: Unsupported value: \"Dual\": supported values: \"PreferDualStack\", \"RequireDualStack\", \"SingleStack\""
                ]
            ),
            (
                "ports: [{port: 80}], sessionAffinity: Cookie",
                [
                    "spec.sessionAffinity: Unsupported value: \"Cookie\": supported values: \"ClientIP\", \"None\""
                ]
            ),
            (
                "ports: [{port: 80}], sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 86401}}",
                [
                    "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400"
                ]
            ),
            (
                "ports: [{port: 80}], externalIPs: [127.0.0.1, 169.254.1.1, 0.0.0.0, x]",
                [
                    "spec.externalIPs[0]: Invalid value: \"127.0.0.1\": may not be in the loopback range (127.0.0.0/8, ::1/128)",
                    "spec.externalIPs[1]: Invalid value: \"169.254.1.1\": may not be in the link-local range (169.254.0.0/16, fe80::/10)",
                    "spec.externalIPs[2]: Invalid value: \"0.0.0.0\": may not be unspecified (0.0.0.0)",
                    "spec.externalIPs[3]: Invalid value: \"x\": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                ]
            ),
            (
                "ports: [{port: 80}], externalTrafficPolicy: Local",
                [
                    "spec.externalTrafficPolicy: Invalid value: \"Local\": may only be set for externally-accessible services"
                ]
            ),
            (
                "ports: [{port: 80}], loadBalancerClass: a/b, allocateLoadBalancerNodePorts: true",
                [
                    "spec.allocateLoadBalancerNodePorts: Forbidden: may only be used when `type` is 'LoadBalancer'",
                    "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'",
                ]
            ),
            (
                "type: LoadBalancer, ports: [{port: 80}], loadBalancerSourceRanges: [10.0.0.0]",
                [
                    "spec.LoadBalancerSourceRanges[0]: Invalid value: \"10.0.0.0\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"
                ]
            ),
            (
                "ports: [{port: 80}], trafficDistribution: Near",
                [
                    "spec.trafficDistribution: Unsupported value: \"Near\": supported values: \"PreferClose\", \"PreferSameNode\", \"PreferSameZone\""
                ]
            ),
        ]
    )
    func `a wrong service is refused in Kubernetes' words`(spec: String, messages: [String]) throws
    {
        #expect(try errors(in: Self.service(spec)) == messages)
    }

    @Test func `one error and several are worded as the API server does`() throws {
        let one = try APIObject(yaml: Self.service("ports: [{port: 0}]", name: "x")).defaulted()
        let error = #expect(throws: ValidationErrors.self) { try one.validate() }
        #expect(
            error?.description
                == "Service \"x\" is invalid: spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive"
        )
        let two = try APIObject(yaml: Self.service("ports: [{port: 80}, {port: 81}]", name: "x"))
        let errors = #expect(throws: ValidationErrors.self) { try two.defaulted().validate() }
        #expect(
            errors?.description
                == "Service \"x\" is invalid: [spec.ports[0].name: Required value, spec.ports[1].name: Required value]"
        )
        #expect(errors?.errors.map(\.reason) == [.required, .required])
        let deployment = try APIObject(
            yaml: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}"
        )
        let failure = #expect(throws: ValidationErrors.self) { try deployment.validate() }
        #expect(
            failure?.description.hasPrefix(
                "Deployment.apps \"d\" is invalid: [spec.selector: Required value"
            ) == true
        )
    }

    static let stored = service(
        "clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1], ipFamilies: [IPv4], ports: [{port: 80}]"
    )
    static let dual = service(
        "clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, \"fd00::1\"], ipFamilies: [IPv4, IPv6], ports: [{port: 80}]"
    )

    @Test(
        arguments: [
            (stored, stored, []),
            (stored, dual, []),
            (
                stored, service("clusterIP: 10.0.0.2, ipFamilies: [IPv4], ports: [{port: 80}]"),
                ["spec.clusterIPs[0]: Invalid value: [\"10.0.0.2\"]: may not change once set"]
            ),
            (
                stored, service("clusterIP: None, ports: [{port: 80}]"),
                ["spec.clusterIPs[0]: Invalid value: [\"None\"]: may not change once set"]
            ),
            (
                stored, service("ports: [{port: 80}], ipFamilies: [IPv4]"),
                ["spec.clusterIPs[0]: Invalid value: []: primary clusterIP can not be unset"]
            ), (stored, service("type: ExternalName, externalName: a"), []),
            (
                dual, stored,
                [
                    "spec.ipFamilyPolicy: Invalid value: null: must be set to 'SingleStack' when releasing the secondary clusterIP",
                    "spec.ipFamilyPolicy: Invalid value: null: must be set to 'SingleStack' when releasing the secondary ipFamily",
                ]
            ), (dual, stored.replacing("ports:", with: "ipFamilyPolicy: SingleStack, ports:"), []),
            (
                service("type: LoadBalancer, loadBalancerClass: a/b, ports: [{port: 80}]"),
                service("type: LoadBalancer, loadBalancerClass: a/c, ports: [{port: 80}]"),
                ["spec.loadBalancerClass: Invalid value: \"a/c\": may not change once set"]
            ),
            (
                stored, stored.replacing("name: web", with: "name: other"),
                ["metadata.name: Invalid value: \"other\": field is immutable"]
            ),
        ] as [(String, String, [String])]
    )
    func `what must not change is compared`(old: String, new: String, messages: [String]) throws {
        #expect(try errors(in: new, replacing: old) == messages)
    }
}
