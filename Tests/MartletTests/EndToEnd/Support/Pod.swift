import Glibc
import Testing

/// A pod for real: a network of its own, and the files that Martlet makes for it in `/etc`.
///
/// The server runs inside, on the cluster's DNS address, which nobody else's network sees. All of
/// it ends with the server.
final class Pod {
    /// The address that kubelet would write into resolv.conf.
    static let serverAddress = "10.96.0.10"

    /// Why a pod can't be made here; nil if it can.
    ///
    /// It takes the right to make namespaces and to mount, which root has, unless a container's
    /// profile takes it away, and users have where user namespaces are allowed.
    static let obstacle: String? = {
        do {
            let words = unshare + ["sh", "-c", "ip link set lo up && mount -t tmpfs none /mnt"]
            let child = try Child(words)
            guard try child.wait() == .exited(0) else { return child.errorText }
            return nil
        } catch {
            return "\(error)"
        }
    }()

    private let server: Child
    private let site: Site

    /// How namespaces are made: by root outright, by others within a user namespace.
    static var unshare: [String] {
        ["unshare", "--net", "--mount"] + (geteuid() == 0 ? [] : ["--user", "--map-root-user"])
    }

    /// Starts the server in a new network, where the pod's files lie over the system's.
    init(_ site: Site, namespace: String, pod: String) throws {
        self.site = site
        let flags = ["-n", namespace, "--pod", pod]
        let resolver = try site.run(
            [Site.program, "resolv-conf", "--cluster-dns", Pod.serverAddress] + flags
                + ["--host-resolv-conf=none"]
        )
        try #require(resolver.status == 0, "\(resolver.errors)")
        let hosts = try site.run([Site.program, "hosts"] + flags)
        try #require(hosts.status == 0, "\(hosts.errors)")
        // Over the whole of /etc, as the host's resolv.conf may be a link to nowhere.
        let etc = """
            set -eu
            ip link set lo up
            ip address add \(Pod.serverAddress)/32 dev lo
            ip address add fd00:10:96::a/128 dev lo
            mount -t tmpfs none /etc
            cd /etc
            cp '\(try site.write("resolv.conf", resolver.output))' resolv.conf
            cp '\(try site.write("hosts", hosts.output))' hosts
            echo 'hosts: files dns' > nsswitch.conf
            cd /
            exec "$@"
            """
        let serve = [
            Site.program, "serve", "--config", Site.path("zones/Corefile"),
            "--listen", "\(Pod.serverAddress):53",
        ]
        server = try site.start(Pod.unshare + ["sh", "-c", etc, "sh"] + serve)
        try server.waitForOutput { $0.contains(" serves ") }
    }

    /// Runs a program in the pod.
    func run(_ words: String...) throws -> Site.Outcome {
        let user = geteuid() == 0 ? [] : ["--user", "--preserve-credentials"]
        return try site.run(
            ["nsenter", "--target", "\(server.pid)", "--net", "--mount"] + user + words
        )
    }

    /// The addresses that glibc finds for a name, in order of text; none if it finds none.
    func addresses(_ name: String) throws -> [String] {
        let outcome = try run("getent", "ahosts", name)
        #expect(outcome.status == 0 || outcome.status == 2, "\(outcome.errors)")
        let lines = outcome.output.split(separator: "\n")
        return Set(lines.compactMap { $0.split(separator: " ").first.map(String.init) }).sorted()
    }
}
