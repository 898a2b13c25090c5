import KubernetesModel
import TestSupport
import Testing

@Suite("Hostile input never crashes and never hangs")
struct FuzzTests {
    static let seeds = [
        #"{"a":[1,-2.5e3,"x\u00e9\n",null,true,{"b":{}}],"c":"😀"}"#,
        "a: &x {b: [1, 2.5, yes, ~], c: |\n  text\n}\nd: *x\n<<: *x\n---\ne: 'f'\n...\n%TAG ! x\n---\n? k\n: v",
        "app=web,tier!=db,env in (a,b),!old,x notin (),n>3,m<-4",
        #"{range .items[*]}{.metadata['name','a\.b'][0:-1:2][?(@.x[0]=="y")]..z}{"\t"}{end}text{$..*}"#,
        "metadata.name=web,spec.type!=Cluster\\,IP",
        """
        apiVersion: v1
        kind: List
        items:
        - apiVersion: v1
          kind: Service
          metadata: {name: web, labels: {a: b}}
          spec: {ports: [{port: 80, targetPort: http}], clusterIP: None, selector: {a: b}}
        - {apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: [{name: c}]}}
        """,
    ]

    /// Changes, drops, doubles or swaps some octets.
    static func mutated(_ text: String, using generator: inout SeededGenerator) -> [UInt8] {
        var octets = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            guard !octets.isEmpty else { break }
            let place = Int.random(in: 0..<octets.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: octets[place] = UInt8.random(in: .min ... .max, using: &generator)
            case 1: octets.remove(at: place)
            case 2: octets.insert(octets[place], at: place)
            case 3: octets.swapAt(place, Int.random(in: 0..<octets.count, using: &generator))
            default:
                let signs = Array("[]{}:,\"'-&*!|>#%@\\\n \t()=.?$".utf8)
                octets[place] = signs[Int.random(in: 0..<signs.count, using: &generator)]
            }
        }
        if Int.random(in: 0..<10, using: &generator) == 0 {
            octets.removeLast(Int.random(in: 0...octets.count, using: &generator))
        }
        return octets
    }

    static func swallow(_ octets: [UInt8]) {
        let text = String(decoding: octets, as: UTF8.self)
        _ = try? JSONReader.read(octets)
        for document in YAMLReader.documents(octets) { _ = try? document.result.get() }
        _ = try? LabelSelector(parsing: text)
        for kind in [Kind.pod, .service] { _ = try? FieldSelector(parsing: text, for: kind) }
        if let template = try? JSONPathTemplate(parsing: text) {
            _ = try? template.text(for: ["items": [["metadata": ["name": "x"]], [1, 2, [3]]]])
        }
        let manifest = ManifestReader().read(octets, source: "fuzz")
        for problem in manifest.problems { _ = problem.description }
    }

    @Test(arguments: 0..<20)
    func `mutated texts`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            for text in Self.seeds { Self.swallow(Self.mutated(text, using: &generator)) }
        }
    }

    @Test(arguments: 0..<10)
    func `random octets`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed &+ 1000)
        for _ in 0..<60 {
            let count = Int.random(in: 0...60, using: &generator)
            Self.swallow(
                (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
            )
        }
    }

    @Test(arguments: 0..<20)
    func `objects of random fields are validated, defaulted and decoded`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let names = [
            "spec", "metadata", "status", "ports", "port", "name", "selector", "clusterIPs", "type",
            "containers", "endpoints", "addresses", "subsets", "template", "labels", "dnsConfig",
        ]
        func tree(_ depth: Int) -> Value {
            guard depth > 0, Int.random(in: 0..<4, using: &generator) > 0 else {
                return .random(depth: 1, using: &generator)
            }
            if Int.random(in: 0..<3, using: &generator) == 0 { return [tree(depth - 1)] }
            var fields: Fields = [:]
            for _ in 0..<4 {
                let name = names[Int.random(in: 0..<names.count, using: &generator)]
                fields[name] = tree(depth - 1)
            }
            return .object(fields)
        }
        for _ in 0..<20 {
            for kind in Kind.allCases {
                guard case .object(var fields) = tree(5) else { continue }
                fields["kind"] = .string(kind.rawValue)
                fields["apiVersion"] = .string(kind.apiVersion)
                let key = ObjectKey(kind: kind, namespace: "n", name: "x")
                let object = APIObject(key: key, fields: fields).defaulted()
                let errors = object.validationErrors(replacing: object)
                _ = errors.map(\.description)
                _ = object.unknownFields()
                _ = try? Service(object)
                _ = try? Pod(object)
                _ = try? EndpointSlice(object)
                _ = try? Endpoints(object)
                _ = try? Workload(object)
                _ = object.metadata
            }
        }
    }
}
