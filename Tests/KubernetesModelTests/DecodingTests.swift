import KubernetesModel
import Testing

@Suite("Typed views of objects")
struct DecodingTests {
    @Test func `a service is read with all that discovery needs`() throws {
        let service = try Service(
            APIObject(
                yaml: """
                    apiVersion: v1
                    kind: Service
                    metadata:
                      name: web
                      namespace: shop
                      labels: {app: web}
                      annotations: {note: hello}
                      uid: u-1
                      resourceVersion: "42"
                      creationTimestamp: "2026-11-22T10:00:00Z"
                      managedFields: []
                    spec:
                      type: LoadBalancer
                      selector: {app: web}
                      clusterIP: 10.96.0.21
                      clusterIPs: [10.96.0.21, "fd00:10:96::21"]
                      ipFamilies: [IPv4, IPv6]
                      ipFamilyPolicy: RequireDualStack
                      externalIPs: [192.0.2.1]
                      publishNotReadyAddresses: true
                      ports:
                      - {name: http, port: 80, targetPort: web, nodePort: 30080, appProtocol: http}
                      - {name: dns, port: 53, protocol: UDP}
                    status:
                      loadBalancer: {ingress: [{ip: 198.51.100.1}, {hostname: lb.example}]}
                    """
            )
        )
        #expect(
            service
                == Service(
                    metadata: ObjectMeta(
                        name: "web",
                        namespace: "shop",
                        labels: ["app": "web"],
                        annotations: ["note": "hello"],
                        uid: "u-1",
                        resourceVersion: 42,
                        creationTimestamp: "2026-11-22T10:00:00Z"
                    ),
                    type: .loadBalancer,
                    selector: ["app": "web"],
                    clusterIPs: ["10.96.0.21", "fd00:10:96::21"],
                    ipFamilies: [.ipv4, .ipv6],
                    ports: [
                        ServicePort(
                            name: "http",
                            port: 80,
                            targetPort: .name("web"),
                            nodePort: 30080,
                            appProtocol: "http"
                        ), ServicePort(name: "dns", transport: .udp, port: 53),
                    ],
                    externalIPs: ["192.0.2.1"],
                    loadBalancerIngress: [
                        LoadBalancerIngress(ip: "198.51.100.1"),
                        LoadBalancerIngress(hostname: "lb.example"),
                    ],
                    publishNotReadyAddresses: true,
                    ipFamilyPolicy: .requireDualStack
                )
        )
    }

    @Test func `a pod is read with its sidecars last`() throws {
        let pod = try Pod(
            APIObject(
                yaml: """
                    apiVersion: v1
                    kind: Pod
                    metadata: {name: db-0, deletionTimestamp: "2026-11-22T10:00:00Z"}
                    spec:
                      hostname: db-0
                      subdomain: db
                      nodeName: node-1
                      enableServiceLinks: false
                      dnsPolicy: None
                      dnsConfig:
                        nameservers: [1.1.1.1]
                        searches: [a.example]
                        options: [{name: ndots, value: "2"}, {name: edns0}]
                      hostAliases: [{ip: 1.2.3.4, hostnames: [x]}]
                      initContainers:
                      - {name: setup}
                      - {name: proxy, restartPolicy: Always, ports: [{containerPort: 15001}]}
                      containers:
                      - name: db
                        image: postgres
                        ports: [{name: sql, containerPort: 5432, protocol: TCP}]
                    status:
                      phase: Running
                      conditions: [{type: Ready, status: "True"}]
                      podIP: 10.244.0.5
                      hostIP: 192.0.2.9
                    """
            )
        )
        #expect(pod.metadata.isTerminating)
        #expect(pod.metadata.namespace == "default")
        #expect((pod.hostname, pod.subdomain, pod.nodeName) == ("db-0", "db", "node-1"))
        #expect(!pod.enableServiceLinks)
        #expect(pod.dnsPolicy == "None")
        #expect(pod.dnsConfig?.options.map(\.value) == ["2", nil])
        #expect(pod.hostAliases == [HostAlias(ip: "1.2.3.4", hostnames: ["x"])])
        #expect(pod.containers.map(\.name) == ["db", "proxy"])
        #expect(pod.containers[0].ports == [.init(name: "sql", containerPort: 5432)])
        #expect(pod.phase == .running && pod.isReady)
        #expect(pod.podIPs == ["10.244.0.5"])
        #expect(pod.hostIP == "192.0.2.9")
    }

    @Test func `a slice comes back from the object it is written as`() throws {
        let slice = EndpointSlice(
            metadata: ObjectMeta(
                name: "web-abcde",
                namespace: "shop",
                labels: [EndpointSlice.serviceNameLabel: "web"],
                controller: OwnerReference(kind: "Service", name: "web", uid: "u-1")
            ),
            addressType: .ipv4,
            endpoints: [
                Endpoint(
                    addresses: ["10.244.0.5"],
                    ready: true,
                    serving: true,
                    terminating: false,
                    hostname: "db-0",
                    nodeName: "node-1",
                    zone: "a",
                    targetName: "web-1",
                    targetKind: "Pod",
                    targetUID: "u-2"
                ), Endpoint(addresses: ["10.244.0.6"]),
            ],
            ports: [EndpointPort(name: "http", port: 8080), EndpointPort(port: nil)]
        )
        let object = APIObject(slice)
        #expect(try EndpointSlice(object) == slice)
        #expect(object.key == ObjectKey(kind: .endpointSlice, namespace: "shop", name: "web-abcde"))
        #expect(slice.serviceName == "web")
        let owner = object.value(at: "metadata", "ownerReferences")?[0]
        #expect(owner?["apiVersion"] == "v1")
        #expect(owner?["controller"] == true)
        #expect(owner?["blockOwnerDeletion"] == true)
        #expect(object.validationErrors().isEmpty)
    }

    @Test func `lists that are null are empty`() throws {
        let slice = try EndpointSlice(
            APIObject(
                yaml: """
                    apiVersion: discovery.k8s.io/v1
                    kind: EndpointSlice
                    metadata: {name: a}
                    addressType: IPv6
                    endpoints: null
                    ports: null
                    """
            )
        )
        #expect(slice.endpoints.isEmpty && slice.ports.isEmpty)
    }

    @Test func `legacy endpoints are read`() throws {
        let endpoints = try Endpoints(
            APIObject(
                yaml: """
                    apiVersion: v1
                    kind: Endpoints
                    metadata: {name: db}
                    subsets:
                    - addresses: [{ip: 10.0.0.1, hostname: a, nodeName: n1}]
                      notReadyAddresses: [{ip: 10.0.0.2, targetRef: {kind: Pod, name: p, uid: u}}]
                      ports: [{name: sql, port: 5432}]
                    """
            )
        )
        #expect(
            endpoints.subsets == [
                Endpoints.Subset(
                    addresses: [.init(ip: "10.0.0.1", hostname: "a", nodeName: "n1")],
                    notReadyAddresses: [
                        .init(ip: "10.0.0.2", targetName: "p", targetKind: "Pod", targetUID: "u")
                    ],
                    ports: [EndpointPort(name: "sql", port: 5432)]
                )
            ]
        )
    }

    @Test func `a workload is read with its template`() throws {
        let text = """
            apiVersion: apps/v1
            kind: StatefulSet
            metadata: {name: db}
            spec:
              replicas: 3
              serviceName: db
              ordinals: {start: 1}
              selector:
                matchLabels: {app: db}
                matchExpressions:
                - {key: tier, operator: In, values: [a, b]}
                - {key: old, operator: DoesNotExist}
              template:
                metadata: {labels: {app: db, tier: a}}
                spec: {containers: [{name: db}], priority: 5}
            """
        let workload = try Workload(APIObject(yaml: text))
        #expect(workload.replicas == 3)
        #expect((workload.serviceName, workload.ordinalStart) == ("db", 1))
        #expect(workload.selector.description == "app=db,tier in (a,b),!old")
        #expect(workload.selector.matches(workload.templateLabels))
        #expect(workload.podSpec["priority"] == 5)
        let deployment = try Workload(
            APIObject(yaml: "{apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}")
        )
        #expect(deployment.replicas == 1)
    }

    @Test(
        arguments: [
            ("{metadata: {labels: {a: 1}}}", "metadata.labels.a"),
            ("{metadata: {labels: [a]}}", "metadata.labels"),
            ("{metadata: {resourceVersion: 5}}", "metadata.resourceVersion"),
            ("{metadata: {resourceVersion: x}}", "metadata.resourceVersion"),
            ("{spec: []}", "spec"), ("{spec: {ports: {}}}", "spec.ports"),
            ("{spec: {ports: [{port: http}]}}", "spec.ports[0].port"),
            ("{spec: {ports: [{port: 80}, 81]}}", "spec.ports[1]"),
            ("{spec: {ports: [{port: 80, targetPort: [a]}]}}", "spec.ports[0].targetPort"),
            ("{spec: {ports: [{port: 80, protocol: tcp}]}}", "spec.ports[0].protocol"),
            ("{spec: {clusterIPs: [10]}}", "spec.clusterIPs[0]"),
            ("{spec: {type: Cluster}}", "spec.type"),
            ("{spec: {ipFamilies: [IPv5]}}", "spec.ipFamilies[0]"),
            ("{spec: {publishNotReadyAddresses: \"yes\"}}", "spec.publishNotReadyAddresses"),
            ("{status: {loadBalancer: {ingress: [{ip: 1}]}}}", "status.loadBalancer.ingress[0].ip"),
        ]
    )
    func `a field of a wrong type is named by its path`(text: String, field: String) throws {
        let fields = try #require(YAMLReader.read(text).object)
        let key = ObjectKey(kind: .service, namespace: "default", name: "x")
        let error = #expect(throws: ValidationErrors.self) {
            try Service(APIObject(key: key, fields: fields))
        }
        #expect(error?.errors.map(\.field) == [field])
    }

    @Test(
        arguments: [
            ("[]", "Invalid value: []: an object must be a mapping, not array"),
            ("{kind: Pod}", "apiVersion: Required value"),
            ("{apiVersion: v1}", "kind: Required value"),
            (
                "{apiVersion: v1, kind: Servce}",
                "kind: Unsupported value: \"Servce\": no kind \"Servce\" in v1; did you mean \"Service\"?"
            ),
            (
                "{apiVersion: apps/v1, kind: Service}",
                "kind: Unsupported value: \"Service\": no kind \"Service\" in apps/v1; "
                    + "did you mean apiVersion \"v1\"?"
            ),
            (
                "{apiVersion: v1, kind: Pod, metadata: {name: 5}}",
                "metadata.name: Invalid value: 5: must be of type string, not integer"
            ),
        ]
    )
    func `an object without identity is refused`(text: String, message: String) {
        let error = #expect(throws: ValidationErrors.self) { try APIObject(yaml: text) }
        #expect(error?.summary == message)
    }

    @Test func `metadata is changed without losing what is beside it`() throws {
        var object = try APIObject(
            yaml:
                "{apiVersion: v1, kind: Pod, metadata: {name: a, custom: 1, labels: {a: b}}, x: 1}"
        )
        object.labels["c"] = "d"
        object.uid = "u"
        object.resourceVersion = 7
        object.creationTimestamp = "now"
        object.deletionTimestamp = "later"
        object.generation = 2
        object.setController(OwnerReference(kind: "Deployment", name: "d", uid: "v"))
        object.set("Running", at: "status", "phase")
        #expect(object.metadata.labels == ["a": "b", "c": "d"])
        #expect(
            object.metadata.controller == OwnerReference(kind: "Deployment", name: "d", uid: "v")
        )
        #expect(object.ownerReferences.count == 1)
        #expect(object.value(at: "metadata", "ownerReferences")?[0]?["apiVersion"] == "apps/v1")
        #expect(object.value(at: "metadata", "custom") == 1)
        #expect(object.value(at: "metadata", "resourceVersion") == "7")
        #expect(object.value(at: "status", "phase") == "Running")
        object.labels = [:]
        object.set(nil, at: "status", "phase")
        #expect(object.value(at: "metadata", "labels") == nil)
        #expect(object.value(at: "status") == [:])
        object.set(nil, at: "a", "b", "c")
        #expect(object.value(at: "a") == nil)
    }
}
