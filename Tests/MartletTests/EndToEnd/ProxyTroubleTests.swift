import Glibc
import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "The proxy: what stands in its way",
    .serialized,
    .enabled(
        if: ServiceNetwork.obstacle == nil,
        "SKIPPED, NO PROXY WAS STARTED: \(ServiceNetwork.obstacle ?? "")"
    )
)
struct ProxyTroubleTests {
    /// Runs a script on a host of its own.
    private static func run(_ site: Site, _ script: String) throws -> Site.Outcome {
        try site.run(Pod.unshare + ["sh", "-c", script, "sh", Site.program])
    }

    @Test func `without libnftables it says what to install`() throws {
        let site = try Site()
        let outcome = try Self.run(
            site,
            """
            for library in $(ldconfig -p | sed -n 's/.*libnftables.so.1 .*=> //p'); do
                mount --bind /dev/null $library
            done
            "$1" proxy
            """
        )
        #expect(outcome.status == 69)
        #expect(outcome.errors.hasPrefix("error: nftables is missing: "))
        #expect(
            outcome.errors.hasSuffix(
                "; install libnftables1 (Debian, Ubuntu) or nftables (others)\n"
            )
        )
        // Names are served without it, and rules are shown.
        #expect(try site.done("proxy", "--dry-run").hasPrefix("table inet martlet {\n"))
    }

    @Test(arguments: ["proxy", "proxy cleanup"])
    func `without the capability it ends with one sentence`(_ command: String) throws {
        let outcome = try Self.run(
            try Site(),
            "exec setpriv --bounding-set=-all --inh-caps=-all \"$1\" \(command)"
        )
        #expect(outcome.status == 77)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("error: programming nftables needs CAP_NET_ADMIN: "))
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    @Test func `with IPv6 off it makes rules for IPv4 and says so once`() throws {
        let site = try Site()
        let script = """
            echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6
            exec "$1" proxy
            """
        let proxy = try site.start(Pod.unshare + ["sh", "-c", script, "sh", Site.program])
        try proxy.waitForOutput(seconds: 60) { $0.contains("[INFO] rules of ") }
        #expect(proxy.text.split(separator: "IPv6 is off").count == 2, "\(proxy.text)")
        let user = geteuid() == 0 ? [] : ["--user", "--preserve-credentials"]
        let list = ["nft", "list", "table", "inet", "martlet"]
        let words = ["nsenter", "--target", "\(proxy.pid)", "--net"] + user + list
        #expect(try !site.run(words).output.contains("ip6"))
        // A second one would undo the first one's rules, as would a clean-up.
        for command in [["proxy"], ["proxy", "cleanup"]] {
            let other = ["nsenter", "--target", "\(proxy.pid)", "--net"] + user + [Site.program]
            let outcome = try site.run(other + command)
            #expect(outcome.status == 1)
            #expect(
                outcome.errors.contains("another martlet proxy works on this network namespace")
            )
        }
        proxy.send(SIGTERM)
        #expect(try proxy.wait() == .exited(0))
    }

    /// Why there can be no rules of iptables-legacy here; nil if there can.
    private static let noLegacy: String? = {
        do {
            let script = "iptables-legacy -A FORWARD -j ACCEPT; grep -q . /proc/net/ip_tables_names"
            let child = try Child(Pod.unshare + ["sh", "-c", script])
            return try child.wait() == .exited(0) ? nil : "\(child.errorText)"
        } catch {
            return "\(error)"
        }
    }()

    @Test(.enabled(if: noLegacy == nil, "SKIPPED: \(noLegacy ?? "")"))
    func `it warns of rules of iptables-legacy, which see the packets too`() throws {
        let site = try Site()
        let script = "iptables-legacy -A FORWARD -j ACCEPT; exec \"$1\" proxy"
        let proxy = try site.start(Pod.unshare + ["sh", "-c", script, "sh", Site.program])
        try proxy.waitForOutput(seconds: 60) {
            $0.contains("[WARNING] rules of iptables-legacy filter are in force beside nftables")
        }
    }

    @Test(arguments: [
        (["--cluster-cidr", "10.244.0.0"], "--cluster-cidr: 10.244.0.0 is not a block"),
        (["--nodeport-addresses", "x/8"], "--nodeport-addresses: x/8 is not a block"),
        (["--masquerade-bit", "32"], "--masquerade-bit must be a number from 0 to 31"),
    ])
    func `what makes no sense is said`(_ flags: [String], _ reason: String) throws {
        let site = try Site()
        let outcome = try site.run([Site.program, "proxy", "--dry-run"] + flags)
        #expect(outcome.status == 64)
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    }
}
