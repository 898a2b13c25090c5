internal import ACME
internal import Corefile
internal import SecureTransport

/// What the lines of a `tls` block say.
struct TLSOptions {
    var authentication = ClientAuthentication.none
    var keyLog: String?
    /// The names of `acme`; nil without.
    var names: [ManagedName]?
    private var email: String?
    private var ca = ACMESettings.standardCA
    private var storage: String
    private var authorities: String?
    private var resolver: String?
    /// The first option that says something of `acme` only.
    private var dependent: String?
    private let context: BlockContext

    init(_ context: BlockContext) {
        self.context = context
        storage = context.path(".coredns/acme")
    }

    /// Reads a line.
    mutating func read(
        _ option: String,
        _ cursor: inout DirectiveCursor,
        known: [String]
    ) throws(CorefileError) {
        switch option {
        case "client_auth": authentication = try cursor.oneOf(ClientAuthentication.self)
        case "keylog": keyLog = context.path(try cursor.onlyArgument())
        case "acme": try readNames(&cursor)
        case "email": email = try readEmail(&cursor)
        case "ca": ca = try cursor.onlyArgument()
        case "storage": storage = context.path(try cursor.onlyArgument())
        case "ca_root": authorities = context.path(try cursor.onlyArgument())
        case "resolver": resolver = try readResolver(&cursor)
        default: throw cursor.unknownOption(known: known)
        }
        if !["client_auth", "keylog", "acme"].contains(option) { dependent = dependent ?? option }
    }

    private mutating func readNames(_ cursor: inout DirectiveCursor) throws(CorefileError) {
        guard cursor.hasArgument else {
            throw cursor.error("tls: acme names no domain", mend: "write acme DOMAIN...")
        }
        var all = names ?? []
        while let text = cursor.nextArgument() {
            do throws(ACMEError) {
                let name = try ManagedName(text)
                if !all.contains(name) { all.append(name) }
            } catch {
                throw cursor.error("tls: acme: \(error.message)", mend: error.mend)
            }
        }
        names = all
    }

    private func readEmail(_ cursor: inout DirectiveCursor) throws(CorefileError) -> String {
        let text = try cursor.onlyArgument()
        // A comma or a question mark would make it more than an address (RFC 6068 §2).
        guard text.contains("@"), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            !text.contains(where: { ",?%".contains($0) })
        else { throw cursor.wrong(text, "is no address of mail") }
        return text
    }

    private func readResolver(_ cursor: inout DirectiveCursor) throws(CorefileError) -> String {
        let place = try cursor.hostPort()
        guard !place.host.isEmpty, place.port > 0 else {
            throw cursor.wrong("\(place)", "names no server", mend: "write HOST:PORT")
        }
        return "\(place)"
    }

    /// What `acme` and the lines beside it say; nil without `acme`.
    func certificates(_ cursor: DirectiveCursor) throws(CorefileError) -> ACMESettings? {
        guard let names else {
            guard let dependent else { return nil }
            throw cursor.error(
                "tls: \(dependent) says something of acme, which is not there",
                mend: "add acme DOMAIN..., or delete the line"
            )
        }
        guard let ca = HTTPURL(ca) else {
            throw cursor.error(
                "tls: ca: \"\(ca)\" is no URL",
                mend: "write that of the CA's directory, such as \(ACMESettings.standardCA)"
            )
        }
        return ACMESettings(
            names: names,
            email: email,
            ca: ca,
            storage: storage,
            authorities: authorities,
            resolver: resolver
        )
    }
}
