public import KubernetesModel

extension PreparedService {
    /// Takes what DNS needs out of a service's JSON text, without making values of the rest.
    ///
    /// The result is nil if the full decoders must read the text: it is damaged, or only unusual.
    ///
    /// - Parameters:
    ///   - json: The service as it is stored.
    ///   - key: Which service it is.
    public init?(scanning json: String, key: ObjectKey) {
        var scan = ServiceScan(key)
        let isSure: Void? = JSONScanner.scan(json) { (scanner) throws(JSONScanner.Unsure) in
            try scan.read(&scanner)
        }
        guard isSure != nil else { return nil }
        self.init(scan.service)
    }
}

/// What was found in a service so far.
private struct ServiceScan {
    /// The service, with the fields that DNS needs.
    var service: Service

    init(_ key: ObjectKey) {
        service = Service(metadata: ObjectMeta(name: key.name, namespace: key.namespace))
    }

    mutating func read(_ scanner: inout JSONScanner) throws(JSONScanner.Unsure) {
        try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
            if scanner.isSame(key, "metadata") {
                _ = try scanner.metadata(label: "")
            } else if scanner.isSame(key, "spec") {
                try readSpec(&scanner)
            } else if scanner.isSame(key, "status") {
                try readStatus(&scanner)
            } else {
                try scanner.skip()
            }
        }
    }

    private mutating func readSpec(_ scanner: inout JSONScanner) throws(JSONScanner.Unsure) {
        var clusterIP = ""
        try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
            if scanner.isSame(key, "type") {
                service.type = try scanner.choice(Service.ServiceType.self) ?? .clusterIP
            } else if scanner.isSame(key, "clusterIPs") {
                try scanner.list { (scanner) throws(JSONScanner.Unsure) in
                    service.clusterIPs.append(try scanner.string())
                }
            } else if scanner.isSame(key, "clusterIP") {
                clusterIP = try scanner.string()
            } else if scanner.isSame(key, "ports") {
                try scanner.list { (scanner) throws(JSONScanner.Unsure) in
                    try readPort(&scanner)
                }
            } else if scanner.isSame(key, "externalIPs") {
                try scanner.list { (scanner) throws(JSONScanner.Unsure) in
                    service.externalIPs.append(try scanner.string())
                }
            } else if scanner.isSame(key, "externalName") {
                service.externalName = try scanner.string()
            } else if scanner.isSame(key, "ipFamilies") {
                try scanner.list { (scanner) throws(JSONScanner.Unsure) in
                    guard try scanner.choice(IPFamily.self) != nil else {
                        throw JSONScanner.Unsure()
                    }
                }
            } else if scanner.isSame(key, "ipFamilyPolicy") {
                _ = try scanner.choice(IPFamilyPolicy.self)
            } else {
                try scanner.skip(key, ServiceScan.specFields)
            }
        }
        if service.clusterIPs.isEmpty, !clusterIP.isEmpty { service.clusterIPs = [clusterIP] }
    }

    private mutating func readPort(_ scanner: inout JSONScanner) throws(JSONScanner.Unsure) {
        var port = ServicePort(port: 0)
        try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
            if scanner.isSame(key, "name") {
                port.name = try scanner.string()
            } else if scanner.isSame(key, "protocol") {
                port.transport = try scanner.choice(TransportProtocol.self) ?? .tcp
            } else if scanner.isSame(key, "port") {
                port.port = try scanner.number() ?? 0
            } else {
                try scanner.skip(key, ServiceScan.portFields)
            }
        }
        service.ports.append(port)
    }

    private mutating func readStatus(_ scanner: inout JSONScanner) throws(JSONScanner.Unsure) {
        try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
            guard scanner.isSame(key, "loadBalancer") else { return try scanner.skip() }
            try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
                guard scanner.isSame(key, "ingress") else { return try scanner.skip() }
                try scanner.list { (scanner) throws(JSONScanner.Unsure) in
                    var point = LoadBalancerIngress()
                    try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
                        if scanner.isSame(key, "ip") {
                            point.ip = try scanner.string()
                        } else if scanner.isSame(key, "hostname") {
                            point.hostname = try scanner.string()
                        } else {
                            try scanner.skip()
                        }
                    }
                    service.loadBalancerIngress.append(point)
                }
            }
        }
    }

    private static let specFields = [
        JSONScanner.Field("selector", .textMap),
        JSONScanner.Field("publishNotReadyAddresses", .flag),
        JSONScanner.Field("externalTrafficPolicy", .text),
        JSONScanner.Field("allocateLoadBalancerNodePorts", .flag),
        JSONScanner.Field("loadBalancerIP", .text),
        JSONScanner.Field("loadBalancerClass", .text),
        JSONScanner.Field("healthCheckNodePort", .number),
    ]
    private static let portFields = [
        JSONScanner.Field("targetPort", .textOrNumber), JSONScanner.Field("nodePort", .number),
        JSONScanner.Field("appProtocol", .text),
    ]
}
