import KubernetesModel
import Testing

@Suite("The syntax of names (apimachinery util/validation)")
struct NameRulesTests {
    static let long = String(repeating: "a", count: 64)

    @Test(arguments: ["a", "a1", "1a", "0", "my-name", String(repeating: "a", count: 63)])
    func `RFC 1123 labels`(text: String) { #expect(NameRules.label1123(text).isEmpty) }

    @Test(arguments: ["", "-a", "a-", "A", "a_b", "a b", "é", "a.b", "a\n", long, "."])
    func `what is no RFC 1123 label`(text: String) { #expect(!NameRules.label1123(text).isEmpty) }

    @Test(arguments: ["1a", "", "-a", "a.b"])
    func `RFC 1035 labels begin with a letter`(text: String) {
        #expect(!NameRules.label1035(text).isEmpty)
    }

    @Test(arguments: ["a.b", "1.2.3", "a-b.c", String(repeating: "a.", count: 126) + "a"])
    func `RFC 1123 subdomains`(text: String) { #expect(NameRules.subdomain1123(text).isEmpty) }

    @Test(arguments: [
        "a..b", ".a", "a.", "-a.b", "a.b-", String(repeating: "a.", count: 127) + "a",
    ])
    func `what is no RFC 1123 subdomain`(text: String) {
        #expect(!NameRules.subdomain1123(text).isEmpty)
    }

    @Test(arguments: ["a", "a.b", "a.b.", ".", "_sip._tcp", "a_b"])
    func `search domains`(text: String) { #expect(NameRules.searchDomain(text).isEmpty) }

    @Test(arguments: ["", "..", "a..b", "-a", "__a", "_", "A", "a b"])
    func `what is no search domain`(text: String) { #expect(!NameRules.searchDomain(text).isEmpty) }

    @Test(arguments: ["app", "App.x_y-1", "a/b", "example.com/My-Name", "0"])
    func `label keys`(text: String) { #expect(NameRules.qualifiedName(text).isEmpty) }

    @Test(arguments: ["", "/", "a/", "/a", "a/b/c", "A/b", "-a", "a-", "a b", long, "é"])
    func `what is no label key`(text: String) { #expect(!NameRules.qualifiedName(text).isEmpty) }

    @Test(arguments: ["http", "a", "8080-a", "x1"])
    func `port names`(text: String) { #expect(NameRules.portName(text).isEmpty) }

    @Test(arguments: ["", "80", "a--b", "-a", "a-", "HTTP", "a_b", "sixteen-letters-"])
    func `what is no port name`(text: String) { #expect(!NameRules.portName(text).isEmpty) }

    @Test func `the messages are Kubernetes' own`() {
        #expect(
            NameRules.label1035("1x") == [
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start "
                    + "with an alphabetic character, and end with an alphanumeric character (e.g. "
                    + "'my-name',  or 'abc-123', regex used for validation is "
                    + "'[a-z]([-a-z0-9]*[a-z0-9])?')"
            ]
        )
        #expect(
            NameRules.subdomain1123("A") == [
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                    + "characters, '-' or '.', and must start and end with an alphanumeric "
                    + "character (e.g. 'example.com', regex used for validation is "
                    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
            ]
        )
        #expect(NameRules.label1123("a.b") == ["must not contain dots"])
        #expect(NameRules.label1123(Self.long) == ["must be no more than 63 bytes"])
        #expect(NameRules.portNumber(0) == ["must be between 1 and 65535, inclusive"])
    }
}
