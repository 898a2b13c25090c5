import Foundation
import Glibc
import Testing

@Suite("Bad input: registries, ports and disks")
struct BadRegistryTests {
    @Test(arguments: ["garbage", "SQLite format 3\u{0}", String(repeating: "x", count: 100_000)])
    func `a file that is no registry is named and left as it is`(_ content: String) throws {
        let site = try Site()
        let path = try site.write("registry.db", content)
        for words in [
            ["get", "svc"], ["create", "ns", "x"], ["serve", "--listen", "127.0.0.1:0"],
        ] {
            let outcome = try site.run([Site.program] + words)
            #expect(outcome.status == 69, "\(words)")
            #expect(outcome.errors.contains("registry \(path): the file is damaged or is not"))
            #expect(outcome.errors.contains("restore a backup"))
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == content)
    }

    @Test func `a damaged registry is named, not answered from`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let path = "\(site.directory)/registry.db"
        // All of it in one file, then every page after the first spoilt.
        #expect(try site.run(["sqlite3", path, "PRAGMA wal_checkpoint(TRUNCATE)"]).status == 0)
        var octets = try Data(contentsOf: URL(filePath: path))
        try #require(octets.count > 20_000)
        for index in 4096..<octets.count { octets[index] ^= 0x5a }
        try octets.write(to: URL(filePath: path))
        for words in [["get", "svc", "-A"], ["serve", "--listen", "127.0.0.1:0"]] {
            let outcome = try site.run([Site.program] + words)
            #expect(outcome.status == 69)
            #expect(outcome.errors.contains("registry \(path): the file is damaged"))
            #expect(outcome.output.isEmpty)
        }
    }

    @Test func `a registry of a newer version is refused by both versions' names`() throws {
        let site = try Site()
        try site.done("create", "ns", "kept")
        let path = "\(site.directory)/registry.db"
        let version = try site.run(["sqlite3", path, "PRAGMA user_version"]).output
        let found = try #require(Int(version.trimmingCharacters(in: .whitespacesAndNewlines)))
        _ = try site.run(["sqlite3", path, "PRAGMA user_version = \(found + 41)"])
        let outcome = try site.martlet("get", "ns")
        #expect(outcome.status == 69)
        #expect(outcome.errors.contains(path))
        #expect(outcome.errors.contains("\(found + 41)") && outcome.errors.contains("newer"))
        _ = try site.run(["sqlite3", path, "PRAGMA user_version = \(found)"])
        #expect(try site.done("get", "ns", "kept", "-o", "name") == "namespace/kept\n")
    }

    @Test func `a missing directory and a directory for a file are named`() throws {
        let site = try Site()
        let missing = try site.martlet("get", "ns", "--registry", "sqlite:\(site.directory)/no/r")
        #expect(missing.status == 69)
        #expect(missing.errors.contains("\(site.directory)/no/r: its directory does not exist"))
        #expect(missing.errors.contains("mkdir -p"))
        let directory = try site.martlet("get", "ns", "--registry", "sqlite:\(site.directory)")
        #expect(directory.status == 69)
        #expect(directory.errors.contains("registry \(site.directory): the path is not a file"))
    }

    @Test func `a locked registry is waited for, then named, and read all the while`() throws {
        let site = try Site()
        try site.done("apply", "-f", Site.path("zones/demo"))
        let server = try site.serve()
        // sqlite3 keeps the lock as long as its input, which tail never ends.
        let lock = try site.start([
            "sh", "-c",
            """
            { echo "BEGIN EXCLUSIVE; SELECT 'locked';"; exec tail -f /dev/null; } \
                | sqlite3 '\(site.directory)/registry.db'
            """,
        ])
        try lock.waitForOutput { $0.contains("locked") }
        // Queries and reads don't wait for anybody.
        #expect(try server.short("web.shop.svc.cluster.local") == ["10.96.0.21"])
        try site.done("get", "services", "-n", "shop")
        let refused = try site.martlet("create", "ns", "refused")
        #expect(refused.status == 69)
        #expect(refused.errors.contains("registry.db: another program keeps the file locked"))
        #expect(refused.errors.contains("fuser"))
        kill(-lock.pid, SIGKILL)
        _ = try lock.wait()
        try site.done("create", "ns", "afterwards")
        #expect(try site.martlet("get", "ns", "refused").status == 1)
        try server.stop()
    }

    @Test func `a port in use is named, and by whom to find out`() throws {
        let site = try Site()
        let server = try site.serve()
        let second = try site.martlet("serve", "--listen", "127.0.0.1:\(server.port)")
        #expect(second.status == 1 || second.status == 69)
        #expect(second.errors.contains("127.0.0.1:\(server.port): Address already in use"))
        #expect(second.errors.contains("ss -lnp") && second.errors.contains("--listen"))
        try server.stop()
    }

    @Test(.enabled(if: Pod.obstacle == nil, "SKIPPED, NO READ-ONLY DISK: no namespaces here"))
    func `a read-only registry is named`() throws {
        let site = try Site()
        try site.done("create", "ns", "kept")
        let script = """
            mount --bind '\(site.directory)' '\(site.directory)'
            mount -o remount,ro,bind '\(site.directory)'
            exec '\(Site.program)' create ns late --registry '\(site.registry)'
            """
        let outcome = try site.run(Pod.unshare + ["sh", "-ec", script])
        #expect(outcome.status == 77)
        #expect(outcome.errors.contains("registry.db: the file or its directory is read-only"))
        #expect(outcome.errors.contains("--registry"))
        #expect(try site.done("get", "ns", "kept", "-o", "name") == "namespace/kept\n")
    }

    @Test(.enabled(if: Pod.obstacle == nil, "SKIPPED, NO FULL DISK: no namespaces here"))
    func `a full disk loses nothing that was acknowledged`() throws {
        let site = try Site()
        let script = """
            mkdir '\(site.directory)/disk'
            cd '\(site.directory)/disk'
            mount -t tmpfs -o size=800k none .
            # The shell is still below the mount.
            cd "$PWD"
            head -c 400K /dev/zero > ballast
            export MARTLET_REGISTRY=sqlite:$PWD/r.db
            number=0
            while '\(Site.program)' create ns "n$number" 2>'\(site.directory)/errors'; do
                number=$((number + 1))
                [ $number -lt 200 ]
            done
            echo "refused n$number: $(cat '\(site.directory)/errors')"
            '\(Site.program)' get ns -o name | sed 's/^/found /'
            rm ballast
            '\(Site.program)' create ns mended
            """
        let outcome = try site.run(Pod.unshare + ["sh", "-uc", script], seconds: 60)
        let lines = outcome.output.split(separator: "\n").map(String.init)
        let created = lines.filter { $0.hasSuffix(" created") && !$0.contains("mended") }
        #expect(created.count > 3 && created.count < 200)
        let refused = try #require(lines.first { $0.hasPrefix("refused n\(created.count): ") })
        #expect(refused.contains("/r.db: the disk is full; free some space"))
        let found = lines.filter { $0.hasPrefix("found namespace/n") }
        for number in 0..<created.count {
            #expect(found.contains("found namespace/n\(number)"))
        }
        #expect(!found.contains("found namespace/n\(created.count)"))
        #expect(lines.last == "namespace/mended created", "\(outcome.errors)")
    }
}
