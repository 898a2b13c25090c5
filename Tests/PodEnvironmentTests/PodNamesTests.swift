import KubernetesModel
import Testing

@testable import PodEnvironment

@Suite("kubelet: hostname, domain and /etc/hosts")
struct PodNamesTests {
    struct Case: CustomTestStringConvertible {
        var name: String
        var pod: Pod
        var hostname: String
        var fullName: String
        var nodename: String
        var testDescription: String { name }
    }

    static func pod(_ name: String, _ hostname: String, _ subdomain: String, _ fqdn: Bool) -> Pod {
        Pod(
            metadata: ObjectMeta(name: name, namespace: "ns"),
            hostname: hostname,
            subdomain: subdomain,
            setHostnameAsFQDN: fqdn
        )
    }

    static let long = String(repeating: "a", count: 61)

    static let cases = [
        Case(
            name: "neither",
            pod: pod("pod", "", "", true),
            hostname: "pod",
            fullName: "pod",
            nodename: "pod"
        ),
        Case(
            name: "hostname only",
            pod: pod("pod", "aa", "", false),
            hostname: "aa",
            fullName: "aa",
            nodename: "aa"
        ),
        Case(
            name: "subdomain only",
            pod: pod("pod", "", "bb", false),
            hostname: "pod",
            fullName: "pod.bb.ns.svc.z",
            nodename: "pod"
        ),
        Case(
            name: "both, as full name",
            pod: pod("pod", "aa", "bb", true),
            hostname: "aa",
            fullName: "aa.bb.ns.svc.z",
            nodename: "aa.bb.ns.svc.z"
        ),
        Case(
            name: "a pod's long name is cut, and dashes and dots at the cut leave",
            pod: pod(long + "-." + "bcd", "", "", false),
            hostname: long,
            fullName: long,
            nodename: long
        ),
    ]

    @Test(arguments: cases)
    func `names follow hostname, subdomain and setHostnameAsFQDN`(_ test: Case) throws {
        let names = try PodHostname(pod: test.pod, clusterDomain: "z", nodeHostname: "node")
        #expect(names.hostname == test.hostname)
        #expect(names.fullName == test.fullName)
        #expect(names.nodename == test.nodename)
    }

    @Test func `on the host's network the node's hostname holds`() throws {
        var pod = Self.pod("pod", "aa", "bb", true)
        pod.hostNetwork = true
        let names = try PodHostname(pod: pod, clusterDomain: "z", nodeHostname: "node")
        #expect(names.fullName == "node")
        #expect(names.nodename == "node")
    }

    @Test func `a full name of 64 octets starts, of 65 does not`() throws {
        // ".b.ns.svc.z" has 11 octets.
        let fits = Self.pod("p", String(repeating: "h", count: 53), "b", true)
        let names = try PodHostname(pod: fits, clusterDomain: "z", nodeHostname: "")
        #expect(names.nodename.utf8.count == 64)
        let long = Self.pod("p", String(repeating: "h", count: 54), "b", true)
        #expect(throws: PodHostnameError.self) {
            try PodHostname(pod: long, clusterDomain: "z", nodeHostname: "")
        }
    }

    @Test func `the hosts file lists the pod's addresses and aliases`() throws {
        var pod = Self.pod("pod", "aa", "bb", false)
        pod.podIPs = ["10.244.0.5", "fd00::5"]
        pod.hostAliases = [HostAlias(ip: "192.0.2.7", hostnames: ["foo", "bar.example"])]
        let names = try PodHostname(pod: pod, clusterDomain: "z", nodeHostname: "node")
        #expect(
            HostsFile.text(pod: pod, name: names) == """
                # Kubernetes-managed hosts file.
                127.0.0.1\tlocalhost
                ::1\tlocalhost ip6-localhost ip6-loopback
                fe00::0\tip6-localnet
                fe00::0\tip6-mcastprefix
                fe00::1\tip6-allnodes
                fe00::2\tip6-allrouters
                10.244.0.5\taa.bb.ns.svc.z\taa
                fd00::5\taa.bb.ns.svc.z\taa

                # Entries added by HostAliases.
                192.0.2.7\tfoo\tbar.example

                """
        )
    }

    @Test func `a pod without a domain has one name, and no alias block without aliases`() throws {
        var pod = Self.pod("pod", "", "", false)
        pod.podIPs = ["10.244.0.5"]
        let names = try PodHostname(pod: pod, clusterDomain: "z", nodeHostname: "node")
        #expect(HostsFile.text(pod: pod, name: names).hasSuffix("allrouters\n10.244.0.5\tpod\n"))
    }

    @Test func `on the host's network the node's file is kept as it is`() {
        var pod = Self.pod("pod", "", "", false)
        pod.hostAliases = [HostAlias(ip: "::2", hostnames: ["two"])]
        #expect(
            HostsFile.text(pod: pod, nodeFile: "127.0.0.1 localhost\n")
                == "# Kubernetes-managed hosts file (host network).\n127.0.0.1 localhost\n"
                + "\n# Entries added by HostAliases.\n::2\ttwo\n"
        )
    }
}
