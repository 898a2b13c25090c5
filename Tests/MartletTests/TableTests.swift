import KubernetesModel
import Testing

@testable import martlet

@Suite("kubectl: tables")
struct TableTests {
    static func object(_ yaml: String) throws -> APIObject {
        try APIObject(try YAMLReader.read(yaml))
    }

    @Test func `columns are as wide as their widest cell, the last has no space behind it`() {
        let table = Table(columns: ["NAME", "AGE"], rows: [["a", "5m12s"], ["longer", "1s"]])
        #expect(table.text() == "NAME     AGE\na        5m12s\nlonger   1s\n")
        #expect(table.text(showsTitles: false) == "a        5m12s\nlonger   1s\n")
        #expect(
            table.text(showsTitles: false, widths: [10, 1]) == "a            5m12s\nlonger"
                + "       1s\n"
        )
    }

    struct Case: CustomTestStringConvertible {
        var name: String
        var spec: String
        var cells: [String]
        var wide: [String]?
        var testDescription: String { name }
    }

    static let services = [
        Case(
            name: "a cluster IP with two ports",
            spec: "{type: ClusterIP, clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1, 'fd00::1'],"
                + " selector: {b: x, a: z}, ports: [{port: 80}, {port: 53, protocol: UDP}]}",
            cells: ["x", "ClusterIP", "10.0.0.1", "<none>", "80/TCP,53/UDP", "10s"],
            wide: ["x", "ClusterIP", "10.0.0.1", "<none>", "80/TCP,53/UDP", "10s", "a=z,b=x"]
        ),
        Case(
            name: "a headless service",
            spec: "{clusterIP: None, clusterIPs: [None]}",
            cells: ["x", "ClusterIP", "None", "<none>", "<none>", "10s"]
        ),
        Case(
            name: "a node port with external addresses",
            spec: "{type: NodePort, clusterIPs: [10.0.0.1], externalIPs: [192.0.2.1, 192.0.2.2],"
                + " ports: [{port: 80, nodePort: 30080, protocol: TCP}]}",
            cells: [
                "x", "NodePort", "10.0.0.1", "192.0.2.1,192.0.2.2", "80:30080/TCP", "10s",
            ]
        ),
        Case(
            name: "a load balancer that waits",
            spec: "{type: LoadBalancer, clusterIPs: [10.0.0.1]}",
            cells: ["x", "LoadBalancer", "10.0.0.1", "<pending>", "<none>", "10s"]
        ),
        Case(
            name: "an alias",
            spec: "{type: ExternalName, externalName: pay.example.com}",
            cells: ["x", "ExternalName", "<none>", "pay.example.com", "<none>", "10s"]
        ),
    ]

    @Test(arguments: services)
    func `a service has kubectl's cells`(_ test: Case) throws {
        let object = try Self.object(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: x, creationTimestamp: "1970-01-01T00:00:00Z"}
            spec: \(test.spec)
            """
        )
        let narrow = ObjectTable(kind: .service, isWide: false, now: 10)
        #expect(narrow.row(object) == test.cells)
        guard let cells = test.wide else { return }
        #expect(ObjectTable(kind: .service, isWide: true, now: 10).row(object) == cells)
    }

    @Test func `long ingress addresses are cut unless the table is wide`() throws {
        let object = try Self.object(
            """
            apiVersion: v1
            kind: Service
            metadata: {name: x}
            spec: {type: LoadBalancer}
            status: {loadBalancer: {ingress: [{ip: 192.0.2.100}, {hostname: lb.example}]}}
            """
        )
        let cells = { ObjectTable(kind: .service, isWide: $0, now: 0).row(object)[3] }
        #expect(cells(false) == "192.0.2.100,l...")
        #expect(cells(true) == "192.0.2.100,lb.example")
    }

    @Test(arguments: Kind.allCases, [false, true])
    func `every kind has a cell for every column`(_ kind: Kind, _ isWide: Bool) throws {
        let object = APIObject(
            key: ObjectKey(kind: kind, namespace: "", name: "x"),
            fields: [:]
        )
        let table = ObjectTable(kind: kind, isWide: isWide, now: 0)
        #expect(table.row(object).count == table.columns.count)
    }

    @Test func `lists are cut after three`() {
        #expect(EndpointCells.some([], none: "<none>") == "<none>")
        #expect(EndpointCells.some(["a", "b", "c"], none: "") == "a,b,c")
        #expect(EndpointCells.some(["a", "b", "c", "d", "e"], none: "") == "a,b,c + 2 more...")
    }
}
