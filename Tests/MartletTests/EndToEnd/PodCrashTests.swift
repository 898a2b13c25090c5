import Foundation
import TestSupport
import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "Pods: many at once, and deaths",
    .enabled(
        if: NodeHost.obstacle == nil,
        "SKIPPED, NO POD WAS KILLED: namespaces can't be made here: \(NodeHost.obstacle ?? "")"
    )
)
struct PodCrashTests {
    /// Checks that the registry, the host's links and the pods themselves tell the same story.
    private static func agree(_ host: NodeHost, _ names: [String]) throws {
        let registered = try host.registered()
        let found = registered.map { $0.split(separator: " ").first.map(String.init) ?? "" }
        #expect(found == names.map { "default/\($0)" })
        let addresses = Set(registered.map { $0.split(separator: " ").last ?? "" })
        #expect(addresses.count == names.count, "an address is there twice: \(registered)")
        // The kernel removes the network of a pod that has ended a moment later.
        try eventually("there are \(names.count) links and the bridge") {
            try host.links().count == names.count + 1
        }
        let listed = try host.shell(
            """
            for name in \(names.joined(separator: " ")); do
                address=$($MARTLET pod exec $name -- ip -o -4 address show eth0 |
                    tr -s ' ' | cut -d ' ' -f 4)
                echo "default/$name ${address%/32}"
            done
            """
        )
        #expect(listed.output.split(separator: "\n").map(String.init).sorted() == registered)
    }

    @Test func `two hundred pods started at once all come up, no address twice`() throws {
        let host = try NodeHost(Site())
        try host.done("node", "up")
        let count = 200
        let start = try host.shell(
            """
            for i in $(seq \(count)); do
                $MARTLET pod run -d "p$i" -l app=many -- sleep 100000 >/dev/null &
            done
            wait
            """,
            seconds: 900
        )
        #expect(start.errors == "")
        let ready = try host.lines(
            "get",
            "pods",
            "-o",
            "jsonpath={range .items[*]}{.status.podIP} {.status.conditions[0].status}\n{end}"
        )
        #expect(ready.count == count)
        #expect(ready.allSatisfy { $0.hasSuffix(" True") })
        try Self.agree(host, (1...count).map { "p\($0)" }.sorted())
        try host.done("pod", "stop", "--all")
        try Self.agree(host, [])
    }

    @Test func `a supervisor that is killed takes its pod along, and the next start cleans up`()
        throws
    {
        let host = try NodeHost(Site())
        try host.done("node", "up")
        try host.done("create", "service", "clusterip", "web", "--tcp=80")
        try host.done("pod", "run", "-d", "a", "-l", "app=web", "--", "sleep", "100000")
        try host.done("pod", "run", "-d", "b", "-l", "app=web", "--", "sleep", "200000")
        let record = try String(
            contentsOfFile: "\(host.state)/pods/default_a/pod.json",
            encoding: .utf8
        )
        let line = try #require(record.split(separator: "\n").first { $0.contains("supervisor") })
        try #require(try host.shell("kill -9 \(line.filter(\.isNumber))").status == 0)
        try host.waitUntilNothingRuns("sleep 100000")
        try eventually("its link is gone") { try host.links().count == 2 }
        #expect(try host.done("pod", "list").contains("a      no      Lost"))
        try host.done("pod", "run", "-d", "c")
        try Self.agree(host, ["b", "c"])
        try host.done("pod", "stop", "--all")
        try Self.agree(host, [])
    }

    @Test(arguments: 1...4)
    func `whenever supervisors are killed, what is left can be cleaned`(_ seed: Int) throws {
        let host = try NodeHost(Site())
        try host.done("node", "up")
        // Some are killed while they start, some while they run, some while they end.
        let script = """
            seed=\(seed * 7919)
            next() { seed=$(( (seed * 1103515245 + 12345) % 2147483648 )); }
            for round in 1 2 3 4 5 6; do
                for i in 1 2 3 4 5 6; do
                    $MARTLET pod run "p$i" -- sleep 100000 >/dev/null 2>&1 &
                    eval "pid$i=$!"
                done
                for i in 1 2 3 4 5 6; do
                    next; sleep "0.0$((seed % 10))"
                    next; eval "kill -$([ $((seed % 3)) = 0 ] && echo 15 || echo 9) \\$pid$i"
                done 2>/dev/null
                next; sleep "0.0$((seed % 10))"
            done
            for i in 1 2 3 4 5 6; do
                next; [ $((seed % 2)) = 0 ] || eval "kill -9 \\$pid$i" 2>/dev/null
            done
            """
        _ = try host.shell(script + "\nkill -9 $(pgrep -f '[p]od run p')", seconds: 600)
        try host.waitUntilNothingRuns("sleep 100000")
        let gc = try host.martlet("pod", "gc")
        #expect(gc.status == 0, "\(gc.errors)")
        try Self.agree(host, [])
        #expect(try host.shell("ls '\(host.state)/pods'").output == "")
        try host.done("pod", "run", "-d", "p1")
        try Self.agree(host, ["p1"])
    }

    @Test(arguments: [true, false])
    func `after the host has died, a node that comes up forgets its pods`(_ keepsState: Bool) throws
    {
        let site = try Site()
        let first = try NodeHost(site)
        try first.done("node", "up", "--node-name", "n1")
        try first.done("create", "service", "clusterip", "web", "--tcp=80")
        try first.done("pod", "run", "-d", "a", "-l", "app=web")
        try first.done("pod", "run", "-d", "b", "-l", "app=web")
        #expect(try first.registered().count == 2)
        try first.die()
        if !keepsState { try FileManager.default.removeItem(atPath: first.state) }
        let second = try NodeHost(site)
        try second.done("node", "up", "--node-name", "n1")
        try Self.agree(second, [])
        try second.done("pod", "run", "-d", "a", "-l", "app=web")
        try Self.agree(second, ["a"])
        try second.done("pod", "stop", "a")
        try second.done("node", "down")
        #expect(try second.links() == [])
    }
}
