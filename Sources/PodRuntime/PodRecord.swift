public import Addresses
internal import HostNetwork
internal import KubernetesModel

/// What is known about a pod of this node, kept in its directory.
public struct PodRecord: Sendable, Hashable {
    /// The pod's namespace.
    public var namespace: String
    /// The pod's name.
    public var name: String
    /// The identifier of the pod's object.
    public var uid: String
    /// The pod's addresses, primary first.
    public var addresses: [IPAddress]
    /// The name of the node's end of the pod's link.
    public var link: String
    /// The number of the supervisor's process.
    public var supervisor: Int32
    /// The number of the pod's first process; 0 before it is there.
    public var process: Int32 = 0
    /// When that process began, in the kernel's ticks: numbers are used again.
    public var processStart: UInt64 = 0
    /// The program and its arguments; empty for none.
    public var words: [String]
    /// The program's working directory.
    public var directory: String
    /// When the pod was started, as RFC 3339 text.
    public var started: String
    /// The status that the program ended with; nil while it runs.
    public var status: Int32?
    /// When the program ended, as RFC 3339 text; empty while it runs.
    public var ended = ""

    /// Creates a record.
    public init(
        namespace: String,
        name: String,
        uid: String,
        addresses: [IPAddress],
        supervisor: Int32,
        words: [String],
        directory: String,
        started: String
    ) {
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.addresses = addresses
        link = PodLink.name(uid: uid)
        self.supervisor = supervisor
        self.words = words
        self.directory = directory
        self.started = started
    }

    /// Reads a record; nil if the fields aren't one.
    init?(_ fields: Fields) {
        guard let namespace = fields.string(at: "namespace"), let name = fields.string(at: "name"),
            let uid = fields.string(at: "uid")
        else { return nil }
        self.init(
            namespace: namespace,
            name: name,
            uid: uid,
            addresses: (fields.array(at: "addresses") ?? []).compactMap {
                $0.string.flatMap { IPAddress($0) }
            },
            supervisor: PodRecord.number(fields, "supervisor"),
            words: (fields.array(at: "command") ?? []).compactMap(\.string),
            directory: fields.string(at: "directory") ?? "/",
            started: fields.string(at: "started") ?? ""
        )
        process = PodRecord.number(fields, "process")
        processStart = UInt64(max(0, fields.integer(at: "processStart") ?? 0))
        ended = fields.string(at: "ended") ?? ""
        if fields.value(at: "status") != nil { status = PodRecord.number(fields, "status") }
    }

    private static func number(_ fields: Fields, _ key: String) -> Int32 {
        fields.integer(at: key).flatMap { Int32(exactly: $0) } ?? 0
    }

    /// The record as JSON.
    var fields: Fields {
        var fields: Fields = [
            "namespace": .string(namespace), "name": .string(name), "uid": .string(uid),
            "addresses": .array(addresses.map { .string($0.description) }),
            "link": .string(link), "supervisor": .integer(Int64(supervisor)),
            "process": .integer(Int64(process)),
            "processStart": .integer(Int64(clamping: processStart)),
            "command": .array(words.map { .string($0) }), "directory": .string(directory),
            "started": .string(started),
        ]
        if let status {
            fields["status"] = .integer(Int64(status))
            fields["ended"] = .string(ended)
        }
        return fields
    }
}
