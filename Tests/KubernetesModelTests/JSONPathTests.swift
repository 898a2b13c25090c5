import KubernetesModel
import Testing

@Suite("kubectl -o jsonpath")
struct JSONPathTests {
    static let list: Value = [
        "kind": "List",
        "items": [
            [
                "metadata": [
                    "name": "web", "labels": ["app": "web"],
                    "annotations": ["example.com/note": "n1"],
                ],
                "spec": ["ports": [["name": "http", "port": 80], ["name": "dns", "port": 53]]],
            ],
            [
                "metadata": ["name": "db"],
                "spec": ["ports": [["name": "sql", "port": 5432]], "headless": true],
            ],
        ],
    ]

    @Test(
        arguments: [
            ("", ""), ("text", "text"), ("{.kind}", "List"), ("{$.kind}", "List"),
            ("{@.kind}", "List"), ("a {.kind} b", "a List b"), ("{.missing}", ""),
            ("{.items[*].metadata.name}", "web db"), ("{.items[0].metadata.name}", "web"),
            ("{.items[-1].metadata.name}", "db"), ("{.items[0:1].metadata.name}", "web"),
            ("{.items[1:].metadata.name}", "db"), ("{.items[:].metadata.name}", "web db"),
            ("{.items[::2].metadata.name}", "web"), ("{.items[-1:].metadata.name}", "db"),
            ("{.items[5:].metadata.name}", ""), ("{.items[0,1].metadata.name}", "web db"),
            ("{['kind']}", "List"), ("{.items[0]['metadata']['name']}", "web"),
            ("{.items[0].metadata['name','labels']}", "web {\"app\":\"web\"}"),
            ("{.items[0].metadata.annotations.example\\.com/note}", "n1"),
            ("{.items[0].metadata.annotations['example\\.com/note']}", "n1"),
            ("{.items[*].spec.ports[?(@.name==\"http\")].port}", "80"),
            ("{.items[*].spec.ports[?(@.name=='sql')].port}", "5432"),
            ("{.items[*].spec.ports[?(@.port>60)].name}", "http sql"),
            ("{.items[*].spec.ports[?(@.port<=80)].name}", "http dns"),
            ("{.items[*].spec.ports[?(@.port!=80)].name}", "dns sql"),
            ("{.items[?(@.spec.headless)].metadata.name}", "db"),
            ("{.items[?(@.spec.headless==true)].metadata.name}", "db"),
            ("{.items[?(@.spec.ports[0].port==80)].metadata.name}", "web"),
            ("{.items[?( @.metadata.name == 'db' )].metadata.name}", "db"),
            ("{..port}", "80 53 5432"), ("{.items[0]..name}", "web http dns"),
            ("{.items[0].spec.ports[*].*}", "http 80 dns 53"),
            ("{.items[0].spec.ports[0]}", "{\"name\":\"http\",\"port\":80}"),
            ("{\"quoted\\n\"}", "quoted\n"), ("{'single'}{\"\\t\"}", "single\t"),
            ("{range .items[*]}{.metadata.name}{\"\\n\"}{end}", "web\ndb\n"),
            (
                "{range .items[*]}{.metadata.name}:{range .spec.ports[*]} {.port}{end};{end}",
                "web: 80 53;db: 5432;"
            ), ("{range .missing[*]}x{end}", ""), ("{ .kind }", "List"), ("{.items.metadata}", ""),
        ]
    )
    func `a template prints as kubectl's does`(template: String, text: String) throws {
        #expect(try JSONPathTemplate(parsing: template).text(for: Self.list) == text)
    }

    @Test(
        arguments: [
            "{", "{.a", "{.a[}", "{.a[0}", "{.a['x}", "{\"x}", "{end}", "{range .a}",
            "{range .a}{.b}",
            "{.a[x]}", "{.a[1:2:0]}", "{.a[1:2:3:4]}", "{.a[]}", "{foo}", "{.a)}",
            "{.a[?(@.b==)x]}",
            "{-}", "{.a[?(@.b=='x)]}",
        ]
    )
    func `a template with a mistake is refused`(template: String) {
        #expect(throws: JSONPathError.self) {
            try JSONPathTemplate(parsing: template).text(for: Self.list)
        }
    }

    @Test func `an index outside of the list is an error`() throws {
        let template = try JSONPathTemplate(parsing: "{.items[2].metadata}")
        let error = #expect(throws: JSONPathError.self) { try template.text(for: Self.list) }
        #expect(error?.message == "array index out of bounds: index 2, length 2")
    }

    @Test func `deep templates are refused`() {
        let ranges = String(repeating: "{range .a}", count: 10_000)
        #expect(throws: JSONPathError.self) { try JSONPathTemplate(parsing: ranges) }
        let filters =
            String(repeating: "[?(@.a", count: 5000) + String(repeating: ")]", count: 5000)
        #expect(throws: JSONPathError.self) { try JSONPathTemplate(parsing: "{.a\(filters)}") }
    }
}
