import Testing

@Suite("Two processes: what one writes, the other answers")
struct TwoProcessTests {
    private static let changeCount = 50

    /// A headless service whose endpoints nobody else looks after, with one endpoint.
    private static func manifest(_ address: String) -> String {
        """
        apiVersion: v1
        kind: Service
        metadata:
          name: moving
        spec:
          clusterIP: None
          ports:
            - port: 80
        ---
        apiVersion: discovery.k8s.io/v1
        kind: EndpointSlice
        metadata:
          name: moving-1
          labels:
            kubernetes.io/service-name: moving
        addressType: IPv4
        ports:
          - port: 80
        endpoints:
          - addresses:
              - \(address)
            conditions:
              ready: true
        """
    }

    @Test func `an applied change is answered at once`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        try site.done("apply", "-f", "-", input: Self.manifest("192.0.2.200"))
        let server = try site.serve()
        let asker = try AddressAsker(port: server.port, name: "moving.default.svc.cluster.local")
        try asker.wait(for: "192.0.2.200")

        var afterStart: [Double] = []
        var afterEnd: [Double] = []
        for number in 1...Self.changeCount {
            let address = "192.0.2.\(number)"
            let start = Instant.now
            try site.done("apply", "-f", "-", input: Self.manifest(address))
            let end = Instant.now
            try asker.wait(for: address)
            afterStart.append(Instant.now - start)
            // Often it is answered before the command that wrote it has ended.
            afterEnd.append(Instant.now - end)
        }
        print("latency of \(Self.changeCount) changes by another process, until DNS answers them:")
        print("  after the command's end:   \(Self.summary(afterEnd))")
        print("  after the command's start: \(Self.summary(afterStart))")
        try server.stop()
    }

    private static func summary(_ seconds: [Double]) -> String {
        let sorted = seconds.sorted()
        func milliseconds(_ part: Double) -> String {
            let value = sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))]
            return "\((value * 10_000).rounded() / 10) ms"
        }
        return "median \(milliseconds(0.5)), 99th percentile \(milliseconds(0.99))"
    }
}
