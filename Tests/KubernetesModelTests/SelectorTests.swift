import KubernetesModel
import Testing

@Suite("Label selectors (apimachinery labels.Parse)")
struct LabelSelectorTests {
    static let labels: [(String, Bool)] = [
        ("", true), ("app=web", true), ("app==web", true), ("app = web", true), ("app=db", false),
        ("app!=db", true), ("app!=web", false), ("other!=x", true), ("app", true), ("other", false),
        ("!other", true), ("!app", false), ("! other", true), ("app in (db,web)", true),
        ("app in (db)", false), ("app in(web)", true), ("app notin (db)", true),
        ("app notin (web)", false), ("other notin (x)", true), ("other in (x)", false),
        ("app=web,tier=front", true), ("app=web, tier=back", false), ("n>3", true), ("n<3", false),
        ("app>3", false), ("empty=", true), ("app=", false), ("empty in (,x)", true),
        ("example.com/part=a", true), ("in=x", false), ("notin", false),
        ("app in (web),tier", true),
    ]

    @Test(arguments: labels)
    func `a selector matches as kubectl's does`(text: String, matches: Bool) throws {
        let selector = try LabelSelector(parsing: text)
        #expect(
            selector.matches([
                "app": "web", "tier": "front", "n": "5", "empty": "", "example.com/part": "a",
            ]) == matches
        )
        #expect(try LabelSelector(parsing: selector.description) == selector)
    }

    @Test(
        arguments: [
            ",", "a,", "a,,b", "=a", "!=", "a=b=c", "a in", "a in b", "a in (b", "a in (b c)",
            "a in b)", "a b", "(a)", "!", "!!a", "!a=b", "a!", "a=(b)", "-a=b", "a/b/c=d", "/a",
            "a=b!", "a=-", "a>b", "a=\u{0}", "a=é", "x y=z",
        ]
    )
    func `a text that is no selector is refused`(text: String) {
        #expect(throws: SelectorError.self) { try LabelSelector(parsing: text) }
    }

    @Test func `a long selector is refused`() {
        let text = String(repeating: "a,", count: Limits.expressionOctetsMax)
        #expect(throws: SelectorError.self) { try LabelSelector(parsing: text) }
    }
}

@Suite("Field selectors")
struct FieldSelectorTests {
    static let pod = APIObject(
        key: ObjectKey(kind: .pod, namespace: "shop", name: "web-1"),
        fields: ["spec": ["nodeName": "n1"], "status": ["phase": "Running"]]
    )

    @Test(
        arguments: [
            ("", true), ("metadata.name=web-1", true), ("metadata.name==web-1", true),
            ("metadata.name!=web-1", false), ("metadata.namespace=shop", true),
            ("status.phase=Running,spec.nodeName=n1", true), ("status.phase!=Running", false),
            ("spec.hostNetwork=false", true), ("status.podIP=", true),
            ("spec.nodeName=n\\=1", false),
            ("metadata.name=web-1,", true),
        ]
    )
    func `a selector matches`(text: String, matches: Bool) throws {
        #expect(try FieldSelector(parsing: text, for: .pod).matches(Self.pod) == matches)
    }

    @Test(
        arguments: [
            ("spec.type=a", "field label not supported: spec.type"),
            ("a", "invalid selector: 'a'; can't understand 'a'"),
            ("metadata.name=a=b", "invalid field selector: unescaped '=' in value: a=b"),
            ("metadata.name=\\x", "invalid field selector: invalid escape sequence: \\x"),
            ("metadata.name=a\\", "invalid field selector: invalid escape sequence: \\"),
        ]
    )
    func `a mistake is named`(text: String, message: String) {
        let error = #expect(throws: SelectorError.self) {
            try FieldSelector(parsing: text, for: .pod)
        }
        #expect(error?.message == message)
    }

    @Test func `cluster-scoped kinds have no namespace to select by`() {
        #expect(throws: SelectorError.self) {
            try FieldSelector(parsing: "metadata.namespace=a", for: .node)
        }
    }
}
