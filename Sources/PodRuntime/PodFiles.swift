internal import Addresses
import Glibc
internal import HostNetwork
internal import KubernetesModel
internal import PodEnvironment

/// The files that a pod sees in place of the host's.
struct PodFiles {
    /// What resolv.conf lost or may lose, for a person.
    private(set) var warnings: [String] = []
    /// The files to mount: source and target.
    private(set) var mounts: [(source: String, target: String)] = []
    /// The kernel's node name.
    let nodename: String

    /// Writes the files into the pod's directory.
    init(
        _ pod: Pod,
        _ request: PodRequest,
        node: NodeRecord,
        clusterDomain: String,
        in directory: PodDirectory
    ) throws {
        let name: PodHostname
        do {
            name = try PodHostname(pod: pod, clusterDomain: clusterDomain, nodeHostname: node.name)
        } catch {
            throw PodError("\(error)")
        }
        nodename = name.nodename
        let servers = node.plan.serverAddresses.map(\.description)
        let (configuration, losses) = ResolverConfiguration.make(
            ResolverRequest(
                pod: pod,
                clusterNameservers: request.nameservers.isEmpty ? servers : request.nameservers,
                clusterDomain: clusterDomain,
                host: try PodFiles.host(request.hostResolverPath, node),
                searchMode: request.searchMode
            )
        )
        warnings = losses.map(\.description)
        try add(configuration.text(.file), as: "resolv.conf", in: directory)
        try add(HostsFile.text(pod: pod, name: name), as: "hosts", in: directory)
        try add("\(nodename)\n", as: "hostname", in: directory)
        if let octets = try StateFile.read("/etc/nsswitch.conf") {
            let text = NameServiceSwitch.withFilesAndDNS(String(decoding: octets, as: UTF8.self))
            try add(text, as: "nsswitch.conf", in: directory)
        }
        // A cache outside would answer with the host's view of names.
        for socket in ["/run/nscd/socket", "/var/run/nscd/socket"]
        where unsafe access(socket, F_OK) == 0 {
            mounts.append(("/dev/null", socket))
            break
        }
    }

    private mutating func add(
        _ text: String,
        as name: String,
        in directory: PodDirectory
    ) throws(PodError) {
        let path = "\(directory.path)/\(name)"
        try StateFile.write(text, to: path)
        // SAFETY: the path is passed as a terminated copy.
        let isThere = unsafe access("/etc/\(name)", F_OK) == 0
        guard isThere || name == "resolv.conf" || name == "hosts" else { return }
        guard isThere else {
            throw PodError(
                "the host has no /etc/\(name) over which the pod's own could be mounted: make an "
                    + "empty one"
            )
        }
        mounts.append((path, "/etc/\(name)"))
    }

    private static func host(_ path: String, _ node: NodeRecord) throws -> ResolverRequest.Host {
        guard !path.isEmpty else { return .unset(nodeAddresses: [node.address]) }
        guard let octets = try StateFile.read(path) else {
            throw PodError(
                "\(path): there is no such file; name the host's own resolv.conf, or "
                    + "none, with --host-resolv-conf"
            )
        }
        do {
            return .file(try HostResolverConfiguration(parsing: octets))
        } catch {
            throw PodError("\(path): \(error)")
        }
    }
}

/// The configuration of where names are looked up (nsswitch.conf(5)).
enum NameServiceSwitch {
    /// The configuration with hosts from `/etc/hosts` and DNS alone, as a container has it: other
    /// sources, such as systemd-resolved's, would ask the host.
    static func withFilesAndDNS(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            !line.drop { $0 == " " || $0 == "\t" }.hasPrefix("hosts:")
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return (lines + ["hosts: files dns"]).joined(separator: "\n") + "\n"
    }
}
