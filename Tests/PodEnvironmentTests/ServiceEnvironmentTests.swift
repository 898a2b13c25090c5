import KubernetesModel
import Testing

@testable import PodEnvironment

@Suite("kubelet: service environment variables")
struct ServiceEnvironmentTests {
    static func service(
        _ namespace: String,
        _ name: String,
        _ clusterIPs: [String],
        _ ports: [ServicePort] = [ServicePort(port: 80)],
        type: Service.ServiceType = .clusterIP
    ) -> Service {
        Service(
            metadata: ObjectMeta(name: name, namespace: namespace),
            type: type,
            clusterIPs: clusterIPs,
            ports: ports
        )
    }

    static let kubernetes = service(
        "default",
        "kubernetes",
        ["10.96.0.1"],
        [ServicePort(name: "https", port: 443, targetPort: .number(6443))]
    )

    @Test func `a service gives its host, ports and link variables in order`() {
        let service = Self.service(
            "shop",
            "web-front",
            ["10.96.0.21", "fd00::21"],
            [
                ServicePort(name: "http-main", port: 80, targetPort: .name("web"), nodePort: 30080),
                ServicePort(transport: .udp, port: 53),
            ]
        )
        let made = ServiceEnvironment(
            namespace: "shop",
            enableServiceLinks: true,
            services: [service]
        )
        #expect(
            made.text(.file) == """
                WEB_FRONT_SERVICE_HOST=10.96.0.21
                WEB_FRONT_SERVICE_PORT=80
                WEB_FRONT_SERVICE_PORT_HTTP_MAIN=80
                WEB_FRONT_PORT=tcp://10.96.0.21:80
                WEB_FRONT_PORT_80_TCP=tcp://10.96.0.21:80
                WEB_FRONT_PORT_80_TCP_PROTO=tcp
                WEB_FRONT_PORT_80_TCP_PORT=80
                WEB_FRONT_PORT_80_TCP_ADDR=10.96.0.21
                WEB_FRONT_PORT_53_UDP=udp://10.96.0.21:53
                WEB_FRONT_PORT_53_UDP_PROTO=udp
                WEB_FRONT_PORT_53_UDP_PORT=53
                WEB_FRONT_PORT_53_UDP_ADDR=10.96.0.21

                """
        )
    }

    @Test func `an IPv6 address is in brackets in URLs only`() {
        let made = ServiceEnvironment(
            namespace: "a",
            enableServiceLinks: true,
            services: [
                Self.service("a", "v6", ["2001:db8::1"], [ServicePort(transport: .sctp, port: 9)])
            ]
        )
        let values = Dictionary(uniqueKeysWithValues: made.variables.map { ($0.name, $0.value) })
        #expect(values["V6_SERVICE_HOST"] == "2001:db8::1")
        #expect(values["V6_PORT_9_SCTP"] == "sctp://[2001:db8::1]:9")
        #expect(values["V6_PORT_9_SCTP_ADDR"] == "2001:db8::1")
    }

    struct Case: CustomTestStringConvertible {
        var name: String
        var namespace = "shop"
        var enableServiceLinks = true
        var services: [Service]
        var hosts: [String]
        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "only the pod's namespace and kubernetes, by name",
            services: [
                service("shop", "web", ["10.0.0.1"]), service("other", "x", ["10.0.0.2"]),
                service("default", "y", ["10.0.0.3"]), service("shop", "api", ["10.0.0.4"]),
                kubernetes,
            ],
            hosts: [
                "API_SERVICE_HOST=10.0.0.4", "KUBERNETES_SERVICE_HOST=10.96.0.1",
                "WEB_SERVICE_HOST=10.0.0.1",
            ]
        ),
        Case(
            name: "headless, ExternalName and unallocated services are left out",
            services: [
                service("shop", "a", ["None"]), service("shop", "b", [], type: .externalName),
                service("shop", "c", []), service("shop", "d", [""]),
                service("shop", "e", ["10.0.0.5"], type: .externalName),
            ],
            hosts: []
        ),
        Case(
            name: "without service links only kubernetes is left",
            enableServiceLinks: false,
            services: [service("shop", "web", ["10.0.0.1"]), kubernetes],
            hosts: ["KUBERNETES_SERVICE_HOST=10.96.0.1"]
        ),
        Case(
            name: "without service links the default namespace has only kubernetes too",
            namespace: "default",
            enableServiceLinks: false,
            services: [kubernetes, service("default", "web", ["10.0.0.1"])],
            hosts: ["KUBERNETES_SERVICE_HOST=10.96.0.1"]
        ),
        Case(
            name: "a local kubernetes before the default one wins",
            services: [service("shop", "kubernetes", ["10.0.0.9"]), kubernetes],
            hosts: ["KUBERNETES_SERVICE_HOST=10.0.0.9"]
        ),
        Case(
            name: "a local kubernetes after the default one wins",
            services: [kubernetes, service("shop", "kubernetes", ["10.0.0.9"])],
            hosts: ["KUBERNETES_SERVICE_HOST=10.0.0.9"]
        ),
        Case(
            name: "a local kubernetes needs service links",
            enableServiceLinks: false,
            services: [service("shop", "kubernetes", ["10.0.0.9"]), kubernetes],
            hosts: ["KUBERNETES_SERVICE_HOST=10.96.0.1"]
        ),
        Case(
            name: "a digit in front stays as it is",
            services: [service("shop", "1svc", ["10.0.0.1"])],
            hosts: ["1SVC_SERVICE_HOST=10.0.0.1"]
        ),
    ]

    @Test(arguments: cases)
    func `services are chosen`(_ test: Case) {
        let made = ServiceEnvironment(
            namespace: test.namespace,
            enableServiceLinks: test.enableServiceLinks,
            services: test.services
        )
        let hosts = made.variables.filter { $0.name.hasSuffix("_SERVICE_HOST") }
        #expect(hosts.map { "\($0.name)=\($0.value)" } == test.hosts)
    }

    @Test func `names that become the same appear once`() {
        let made = ServiceEnvironment(
            namespace: "a",
            enableServiceLinks: true,
            services: [
                Self.service("a", "x-service", ["10.0.0.2"]), Self.service("a", "x", ["10.0.0.1"]),
            ]
        )
        #expect(made.variables.filter { $0.name == "X_SERVICE_PORT" }.map(\.value) == ["80"])
    }

    @Test func `formats`() {
        var made = ServiceEnvironment(namespace: "", enableServiceLinks: false, services: [])
        #expect(made.text(.file).isEmpty && made.text(.docker).isEmpty)
        #expect(made.text(.json) == "{}\n")
        made.variables = [
            EnvironmentVariable(name: "A_PORT", value: "udp://[::1]:53"),
            EnvironmentVariable(name: "1A_PORT", value: "1"),
        ]
        #expect(
            made.text(.export) == """
                export A_PORT='udp://[::1]:53'
                # no name for a shell: 1A_PORT=1

                """
        )
        #expect(made.text(.docker) == "--env 'A_PORT=udp://[::1]:53' --env 1A_PORT=1\n")
        #expect(
            made.text(.json) == """
                {
                  "A_PORT": "udp://[::1]:53",
                  "1A_PORT": "1"
                }

                """
        )
    }
}
