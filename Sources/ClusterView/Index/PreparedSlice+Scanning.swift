internal import Addresses
public import KubernetesModel

extension PreparedSlice {
    /// Takes what DNS needs out of a slice's JSON text, without making values of the rest.
    ///
    /// The result is nil if the full decoders must read the text: it is damaged, or only unusual.
    ///
    /// - Parameters:
    ///   - json: The slice as it is stored.
    ///   - key: Which slice it is.
    ///   - options: What the view includes.
    public init?(scanning json: String, key: ObjectKey, _ options: ClusterIndex.Options) {
        guard !options.readsLabels else { return nil }
        var scan = SliceScan(options: options)
        let isSure: Void? = JSONScanner.scan(json) { (scanner) throws(JSONScanner.Unsure) in
            try scan.read(&scanner)
        }
        guard isSure != nil else { return nil }
        self.key = ClusterIndex.ServiceKey(namespace: key.namespace, name: key.name)
        service = ClusterIndex.ServiceKey(namespace: key.namespace, name: scan.serviceName)
        data = SliceData(ports: scan.ports, endpoints: scan.endpoints)
    }
}

/// What was found in a slice so far.
private struct SliceScan {
    let options: ClusterIndex.Options
    var serviceName = ""
    var ports: [PortData] = []
    var endpoints = EndpointList()
    private var hasType = false
    private var addresses: [JSONScanner.Text] = []
    private var hostname: JSONScanner.Text?
    private var targetName: JSONScanner.Text?
    private var isReady = true

    init(options: ClusterIndex.Options) { self.options = options }

    mutating func read(_ scanner: inout JSONScanner) throws(JSONScanner.Unsure) {
        try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
            if scanner.isSame(key, "metadata") {
                serviceName = try scanner.metadata(label: "kubernetes.io/service-name")
            } else if scanner.isSame(key, "addressType") {
                hasType = try scanner.choice(EndpointSlice.AddressType.self) != nil
            } else if scanner.isSame(key, "endpoints") {
                try scanner.list { (scanner) throws(JSONScanner.Unsure) in
                    try readEndpoint(&scanner)
                }
            } else if scanner.isSame(key, "ports") {
                try scanner.list { (scanner) throws(JSONScanner.Unsure) in
                    try readPort(&scanner)
                }
            } else {
                try scanner.skip()
            }
        }
        // Without it the decoders have something to say.
        guard hasType else { throw JSONScanner.Unsure() }
        if options.ignoresEndpoints { (ports, endpoints) = ([], EndpointList()) }
    }

    private mutating func readPort(_ scanner: inout JSONScanner) throws(JSONScanner.Unsure) {
        var port = PortData(name: "", transport: .tcp, number: nil)
        try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
            if scanner.isSame(key, "name") {
                port.name = try scanner.string().lowercased()
            } else if scanner.isSame(key, "protocol") {
                port.transport = try scanner.choice(TransportProtocol.self) ?? .tcp
            } else if scanner.isSame(key, "port") {
                port.number = try scanner.number().flatMap { UInt16(exactly: $0) }
            } else {
                try scanner.skip(key, SliceScan.portFields)
            }
        }
        ports.append(port)
    }

    private mutating func readEndpoint(_ scanner: inout JSONScanner) throws(JSONScanner.Unsure) {
        addresses.removeAll(keepingCapacity: true)
        (hostname, targetName, isReady) = (nil, nil, true)
        try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
            if scanner.isSame(key, "addresses") {
                try scanner.list { (scanner) throws(JSONScanner.Unsure) in
                    if let text = try scanner.text() { addresses.append(text) }
                }
            } else if scanner.isSame(key, "conditions") {
                try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
                    guard scanner.isSame(key, "ready") else {
                        return try scanner.skip(key, SliceScan.conditionFields)
                    }
                    isReady = try scanner.flag() ?? true
                }
            } else if scanner.isSame(key, "hostname") {
                hostname = try scanner.text()
            } else if scanner.isSame(key, "targetRef") {
                try scanner.object { (scanner, key) throws(JSONScanner.Unsure) in
                    guard scanner.isSame(key, "name") else {
                        return try scanner.skip(key, SliceScan.targetFields)
                    }
                    targetName = try scanner.text()
                }
            } else {
                try scanner.skip(key, SliceScan.endpointFields)
            }
        }
        if isReady { appendEndpoint(scanner) }
    }

    private mutating func appendEndpoint(_ scanner: borrowing JSONScanner) {
        let name = PreparedSlice.name(
            hostname: hostname.map { scanner.string($0) } ?? "",
            targetName: options.endpointPodNames
                ? targetName.map { scanner.string($0) } ?? "" : ""
        )
        for text in addresses {
            guard let address = scanner.address(text) else { continue }
            if name == nil, address.isIPv4 {
                endpoints.append(address)
                continue
            }
            let label = name ?? EndpointData.dashedLabel(scanner.string(text))
            endpoints.append(EndpointData(address: address, label: label))
        }
    }

    private static let portFields = [JSONScanner.Field("appProtocol", .text)]
    private static let conditionFields = [
        JSONScanner.Field("serving", .flag), JSONScanner.Field("terminating", .flag),
    ]
    private static let endpointFields = [
        JSONScanner.Field("nodeName", .text), JSONScanner.Field("zone", .text),
    ]
    private static let targetFields = [
        JSONScanner.Field("kind", .text), JSONScanner.Field("uid", .text),
    ]
}
