import Addresses
import DNSWire
import KubernetesModel
import Registry
import Testing

@testable import martlet

@Suite("kubectl: words of the command line")
struct ArgumentTests {
    static let accepted: [([String], [ResourceArguments.Request])] = [
        (["svc"], [.init(kind: .service, names: [])]),
        (["services", "web", "api"], [.init(kind: .service, names: ["web", "api"])]),
        (["Pod/web"], [.init(kind: .pod, names: ["web"])]),
        (["po,svc"], [.init(kind: .pod, names: []), .init(kind: .service, names: [])]),
        (
            ["deploy.apps/x", "deployment/y", "svc/z"],
            [.init(kind: .deployment, names: ["x", "y"]), .init(kind: .service, names: ["z"])]
        ),
        (["all"], ResourceArguments.allKinds.map { .init(kind: $0, names: []) }),
    ]

    @Test(arguments: accepted)
    func `words mean objects`(_ words: [String], _ requests: [ResourceArguments.Request]) throws {
        #expect(try ResourceArguments(words).requests == requests)
    }

    @Test(arguments: [[], ["widgets"], ["svc/a", "b"], ["svc/"], ["/a"], ["a/b/c"]])
    func `words that mean nothing are refused`(_ words: [String]) {
        #expect(throws: Failure.self) { try ResourceArguments(words) }
    }

    @Test func `labels are set with = and removed with -`() throws {
        #expect(try LabelChanges(["a=b", "c=", "d-"]).values == ["a": "b", "c": "", "d": nil])
        #expect(throws: Failure.self) { try LabelChanges(["a=b", "a-"]) }
        #expect(throws: Failure.self) { try LabelChanges(["a"]) }
        #expect(throws: Failure.self) { try LabelChanges([]) }
    }

    @Test func `ports are named as kubectl names them`() throws {
        let port = try ServiceCreation.port("80:8080", "TCP", nodePort: 30080)
        #expect(
            port == [
                "name": "80-8080", "port": 80, "protocol": "TCP", "targetPort": 8080,
                "nodePort": 30080,
            ]
        )
        let named = try ServiceCreation.port("53:dns", "UDP", nodePort: 0)
        #expect(named == ["name": "53-dns", "port": 53, "protocol": "UDP", "targetPort": "dns"])
        for text in ["", "0", "65536", "x", "80:", ":80", "1:2:3"] {
            #expect(throws: Failure.self) {
                try ServiceCreation.port(text, "TCP", nodePort: 0)
            }
        }
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1", 7), ("127.0.0.1:53", "127.0.0.1", 53), ("::1", "::1", 7),
        ("[::1]:53", "::1", 53), ("[::1]", "::1", 7),
    ])
    func `a server is an address with or without a port`(
        _ text: String,
        _ address: String,
        _ port: UInt16
    ) {
        let place = QueryCommand.place(text, defaultPort: 7)
        #expect(place?.0 == IPAddress(address))
        #expect(place?.1 == port)
    }

    @Test(arguments: ["", "x", "127.0.0.1:", "127.0.0.1:99999", "[::1", "[::1]53", "[x]:53"])
    func `what is no server is refused`(_ text: String) {
        #expect(QueryCommand.place(text, defaultPort: 7) == nil)
    }

    @Test(arguments: [
        ["web.shop", "SRV"], ["srv", "web.shop"], ["@::1", "web.shop", "+short", "TYPE33"],
    ])
    func `a question's words come in any order`(_ words: [String]) throws {
        let read = try QueryWords(words)
        #expect(read.name == "web.shop")
        #expect(read.type == .srv)
        #expect(read.server == (words.count > 2 ? "::1" : nil))
        #expect(read.flags == (words.count > 2 ? [.short] : []))
    }

    @Test(arguments: [["a", "b", "c"], ["web", "shop"], ["web", "+trace"]])
    func `words that are no question are refused`(_ words: [String]) {
        #expect(throws: Failure.self) { try QueryWords(words) }
    }

    @Test func `a word that is no command is named, with the commands there are`() {
        #expect(
            UnknownCommand.failure(["create", "deployment", "web", "--image=x"])?.message
                == "error: unknown command \"deployment\" for \"martlet create\"; it has"
                + " namespace, service, pod"
        )
        #expect(UnknownCommand.failure(["explode"])?.status == .usage)
        for words in [[], ["-h"], ["help", "x"], ["create", "-f", "x"], ["create", "ns", "x"]] {
            #expect(UnknownCommand.failure(words) == nil)
        }
    }

    @Test func `reverse names`() {
        #expect(
            QueryCommand.reverseName(IPAddress("10.96.0.21")!) == "21.0.96.10.in-addr.arpa."
        )
        #expect(
            QueryCommand.reverseName(IPAddress("2001:db8::1")!)
                == "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."
        )
    }

    @Test func `errors are worded as kubectl words them`() {
        let key = ObjectKey(kind: .deployment, namespace: "shop", name: "x")
        #expect(
            Failure(.notFound(key)).message
                == "Error from server (NotFound): deployments.apps \"x\" not found"
        )
        let one = ValidationErrors(
            kind: .service,
            name: "x",
            errors: [FieldError(.required, field: "spec.ports")]
        )
        #expect(
            Failure(.invalid(one)).message
                == "The Service \"x\" is invalid: spec.ports: Required value"
        )
        let storage = StorageProblem(code: .noPermission, path: "/r")
        #expect(Failure(.storage(storage)).status == .noPermission)
        #expect(Failure(.closed).status == .unavailable)
    }
}

@Suite("dig: printing of messages")
struct DigTextTests {
    @Test func `a message has dig's sections and columns`() throws {
        let name = try #require(Name("web.shop.svc.cluster.local."))
        var header = Header(id: 4711, isRecursionDesired: true)
        header.isResponse = true
        header.isAuthoritative = true
        let message = Message(
            header: header,
            questions: [Question(name: name, type: .a)],
            answers: [
                ResourceRecord(
                    name: name,
                    timeToLive: 5,
                    data: .address(IPAddress("10.96.0.21")!)
                )
            ],
            edns: EDNS(udpPayloadSize: 1232)
        )
        #expect(
            DigText.text(message) == """
                ;; Got answer:
                ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: 4711
                ;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 1

                ;; OPT PSEUDOSECTION:
                ; EDNS: version: 0, flags:; udp: 1232
                ;; QUESTION SECTION:
                ;web.shop.svc.cluster.local.\tIN\tA

                ;; ANSWER SECTION:
                web.shop.svc.cluster.local. 5\tIN\tA\t10.96.0.21


                """
        )
        #expect(DigText.short(message) == "10.96.0.21\n")
    }
}
