import Foundation
import Testing

/// Whether this machine lets a test have namespaces of its own.
enum Namespaces {
    static let areAvailable: Bool = {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "unshare", "--mount", "--net", "--map-root-user", "sh", "-c",
            "ip link set lo up && command -v getent",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()
}

/// What only a real resolver can tell: glibc, in a mount and network namespace of its own, with the
/// resolv.conf and the hosts file that Martlet makes for a pod.
@Suite("Kubernetes: names as a pod sees them", .enabled(if: Namespaces.areAvailable))
struct PodTests {
    /// Runs as root of the namespaces; `$1` is the program, `$2` the zones, `$3` a directory.
    static let script = """
        set -e
        ip link set lo up
        ip addr add 10.96.0.10/32 dev lo
        "$1" apply -f "$2/demo" >/dev/null
        "$1" serve --config "$2/Corefile" --listen 10.96.0.10:53 >"$3/serve.log" 2>&1 &
        server=$!
        trap 'kill $server' EXIT
        flags="--cluster-dns 10.96.0.10 --host-resolv-conf none"
        "$1" resolv-conf -n data --pod db-0 $flags -o "$3/resolv.conf"
        "$1" hosts -n data --pod db-0 -o "$3/hosts"
        mount --bind "$3/resolv.conf" /etc/resolv.conf
        mount --bind "$3/hosts" /etc/hosts
        for attempt in $(seq 1000); do
            "$1" query dns-version.cluster.local TXT --server 10.96.0.10:53 --short \\
                >/dev/null 2>&1 && break
        done
        for name in $NAMES; do
            addresses=$(getent ahostsv4 "$name" | awk '/STREAM/ {print $1}' | sort -u | xargs)
            echo "$name $addresses"
        done
        getent hosts 10.96.0.21 | awk '{print $1, $2}'
        """

    @Test func `glibc finds short, full, alias and foreign names, and its own`() throws {
        let place = try Place()
        let names = [
            "db", "web", "web.shop", "web.shop.svc", "web.shop.svc.cluster.local",
            "db-1.db", "db-0", "orders-db.shop", "postgres.example.internal", "nope.shop",
        ]
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "unshare", "--mount", "--net", "--map-root-user", "sh", "-c", Self.script, "pod",
            Place.binary.path(), Place.zones, place.directory,
        ]
        var environment = ProcessInfo.processInfo.environment
        environment["MARTLET_REGISTRY"] = "sqlite:\(place.directory)/registry.db"
        environment["NAMES"] = names.joined(separator: " ")
        process.environment = environment
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(
            decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(),
            as: UTF8.self
        )
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let pods = try place.run(
            "get",
            "po",
            "-n",
            "data",
            "-l",
            "app=db",
            "-o",
            "jsonpath={.items[*].status.podIP}"
        ).output.split(separator: " ").map(String.init)
        try #require(pods.count == 3)
        #expect(
            output == """
                db \(pods.sorted().joined(separator: " "))
                web \("")
                web.shop 10.96.0.21
                web.shop.svc 10.96.0.21
                web.shop.svc.cluster.local 10.96.0.21
                db-1.db \(pods[1])
                db-0 \(pods[0])
                orders-db.shop 192.0.2.32
                postgres.example.internal 192.0.2.32
                nope.shop \("")
                10.96.0.21 web.shop.svc.cluster.local

                """
        )
    }
}
