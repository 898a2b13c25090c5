import Foundation
import GRDB
import KubernetesModel
import Registry
import RegistrySQLite
import Testing

@Suite("SQLite file")
struct SQLiteFileTests {
    /// Returns the problem that `body` throws.
    private func problem(_ body: () throws -> Void) -> StorageProblem? {
        do {
            try body()
            return nil
        } catch RegistryError.storage(let problem) {
            return problem
        } catch {
            Issue.record("\(error)")
            return nil
        }
    }

    @Test func `what was written is there after the next opening`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            let first = try Registry(store: SQLiteStore(path: path), environment: .seeded(1))
            let stored = try first.create(service("web", namespace: "default"))
            first.close()
            let second = try Registry(store: SQLiteStore(path: path), environment: .seeded(2))
            #expect(try second.get(stored.key) == stored)
            #expect(try second.revision == stored.resourceVersion)
            second.close()
        }
    }

    @Test func `a path that cannot be opened says why and what to do`() throws {
        try withTemporaryDirectory { directory in
            let missing = directory + "/none/registry.db"
            let text = problem { _ = try SQLiteStore(path: missing) }?.description ?? ""
            #expect(
                text == "registry \(missing): its directory does not exist; "
                    + "create it with mkdir -p, or name another file with --registry"
            )
            #expect(problem { _ = try SQLiteStore(path: directory) }?.code == .notAFile)
            let absent = directory + "/absent.db"
            #expect(
                problem { _ = try SQLiteStore(path: absent, isReadOnly: true) }?.code == .failed
            )
            #expect(!FileManager.default.fileExists(atPath: absent))
        }
    }

    @Test(arguments: ["not a database", "SQLite format 3\0", ""])
    func `a file that is no database is left as it is`(content: String) throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            let octets =
                Data(content.utf8) + Data(repeating: 0x5A, count: content.isEmpty ? 0 : 5_000)
            try octets.write(to: URL(fileURLWithPath: path))
            let problem = problem { try SQLiteStore(path: path).close() }
            // An empty file is what touch(1) leaves: it becomes a registry.
            #expect(problem?.code == (content.isEmpty ? nil : .corrupt))
            if !content.isEmpty {
                #expect(problem?.path == path)
                #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == octets)
            }
        }
    }

    @Test func `another program's database is left as it is`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/other.db"
            let queue = try DatabaseQueue(path: path)
            try queue.write { try $0.execute(sql: "CREATE TABLE theirs (id INTEGER)") }
            try queue.close()
            let before = try Data(contentsOf: URL(fileURLWithPath: path))
            let found = problem { _ = try SQLiteStore(path: path) }
            #expect(found?.code == .corrupt)
            #expect(found?.detail == "it is the database of another program")
            #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        }
    }

    @Test func `a damaged page is an error, not a crash`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            let registry = try Registry(store: SQLiteStore(path: path), environment: .seeded(1))
            for number in 0..<50 {
                _ = try registry.create(service("s\(number)", namespace: "default"))
            }
            registry.close()
            let url = URL(fileURLWithPath: path)
            // Everything into the file itself: the log would still have the good pages.
            let queue = try DatabaseQueue(path: path)
            _ = try queue.inDatabase {
                try Row.fetchAll($0, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            try queue.close()
            var octets = try Data(contentsOf: url)
            for index in 4_096..<octets.count {
                octets[index] = UInt8(truncatingIfNeeded: index &* 31)
            }
            try octets.write(to: url)
            let found = problem {
                let damaged = try Registry(store: SQLiteStore(path: path), environment: .seeded(1))
                _ = try damaged.list(.service)
            }
            #expect(found?.code == .corrupt)
        }
    }

    @Test func `a newer version's file is not touched`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            try SQLiteStore(path: path).close()
            let queue = try DatabaseQueue(path: path)
            try queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
            try queue.close()
            let found = problem { _ = try SQLiteStore(path: path) }
            #expect(found?.code == .newerVersion)
            #expect(found?.description.contains("use that version") == true)
        }
    }

    @Test func `a file that is locked for too long says so`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            let store = try SQLiteStore(path: path, busyTimeout: .milliseconds(20))
            defer { store.close() }
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
            #expect(
                problem { _ = try store.write { try $0.put(sample("a"), terms: []) } }?.code
                    == .locked
            )
            #expect(try store.read { try $0.revision } == 0)
            try queue.inDatabase { try $0.execute(sql: "ROLLBACK") }
            #expect(try store.write { try $0.put(sample("a"), terms: []) }.revision == 1)
        }
    }

    @Test func `a file opened for reading cannot be written`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            let writer = try SQLiteStore(path: path)
            defer { writer.close() }
            _ = try writer.write { try $0.put(sample("a"), terms: []) }
            let reader = try SQLiteStore(path: path, isReadOnly: true)
            defer { reader.close() }
            #expect(try reader.read { try $0.count(.service) } == 1)
            #expect(
                problem { _ = try reader.write { try $0.put(sample("b"), terms: []) } }?.code
                    == .readOnly
            )
        }
    }

    @Test func `a full disk keeps nothing of the write and everything before it`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            let store = try SQLiteStore(path: path, pageCountMax: 64)
            defer { store.close() }
            var kept = 0
            var found: StorageProblem?
            while found == nil, kept < 1_000 {
                found = problem {
                    let note = String(repeating: "x", count: 10_000)
                    _ = try store.write { try $0.put(sample("s\(kept)", note: note), terms: []) }
                    kept += 1
                }
            }
            #expect(found?.code == .full)
            #expect(kept > 5)
            #expect(try store.read { try $0.count(.service) } == kept)
            #expect(try store.read { try $0.revision } == Revision(kept))
        }
    }

    /// Whether this process may mount file systems, as root in a container usually may not.
    private static let canMount: Bool = {
        (try? withTemporaryDirectory { directory in
            try run("/bin/mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", directory)
            try run("/bin/umount", directory)
            return true
        }) ?? false
    }()

    @Test(.enabled(if: canMount))
    func `a full file system keeps nothing of the write and everything before it`() throws {
        try withTemporaryDirectory { directory in
            try run("/bin/mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", directory)
            defer { try? run("/bin/umount", "-l", directory) }
            let store = try SQLiteStore(path: directory + "/registry.db")
            defer { store.close() }
            var kept = 0
            var found: StorageProblem?
            while found == nil, kept < 1_000 {
                found = problem {
                    let note = String(repeating: "x", count: 10_000)
                    _ = try store.write { try $0.put(sample("s\(kept)", note: note), terms: []) }
                    kept += 1
                }
            }
            #expect(found?.code == .full)
            #expect(found?.description.contains("free some space and try again") == true)
            #expect(kept > 5)
            let again = try SQLiteStore(path: directory + "/registry.db")
            defer { again.close() }
            #expect(try again.read { try $0.count(.service) } == kept)
        }
    }

    @Test func `writers of two openings take turns, none is lost`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            // However slow the disk is: here it matters that nothing is lost.
            let here = try SQLiteStore(path: path, busyTimeout: .seconds(240))
            let there = try SQLiteStore(path: path, busyTimeout: .seconds(240))
            defer {
                here.close()
                there.close()
            }
            @Sendable func count(_ store: SQLiteStore) throws {
                for _ in 0..<100 {
                    _ = try store.write { transaction in
                        // Reads before it writes: what it read must still be true then.
                        let text = try transaction.get(sample("a").key)?.value(at: "note")?.string
                        let next = (text.flatMap { Int($0) } ?? 0) + 1
                        try transaction.put(sample("a", note: "\(next)"), terms: [])
                    }
                }
            }
            try onThread({ try count(there) }) { try count(here) }
            let text = try here.read { try $0.get(sample("a").key)?.value(at: "note")?.string }
            #expect(text == "200")
            #expect(try here.read { try $0.revision } == 200)
        }
    }

    @Test func `a symbolic link is followed`() throws {
        try withTemporaryDirectory { directory in
            try FileManager.default.createDirectory(
                atPath: directory + "/real",
                withIntermediateDirectories: false
            )
            let link = directory + "/registry.db"
            let target = directory + "/real/registry.db"
            try SQLiteStore(path: target).close()
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            let here = try SQLiteStore(path: link)
            let there = try SQLiteStore(path: target)
            defer {
                here.close()
                there.close()
            }
            try onThread({ _ = try there.write { try $0.put(sample("a"), terms: []) } }) {
                let woken = try here.waitForChange(
                    after: 0,
                    timeout: .seconds(120),
                    cancellation: nil
                )
                #expect(woken == 1)
            }
        }
    }

    @Test func `two openings of a file notice each other's writes`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            let here = try SQLiteStore(path: path)
            let there = try SQLiteStore(path: path)
            defer {
                here.close()
                there.close()
            }
            for round in 1...20 {
                try onThread({
                    _ = try there.write { try $0.put(sample("a", note: "\(round)"), terms: []) }
                }) {
                    let known = Revision(round - 1)
                    let woken = try here.waitForChange(
                        after: known,
                        timeout: .seconds(120),
                        cancellation: nil
                    )
                    #expect(woken == Revision(round))
                }
                #expect(try here.changes(after: Revision(round - 1), limit: 10).changes.count == 1)
            }
        }
    }

    @Test func `a writer that isn't Martlet is noticed as well`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            let store = try SQLiteStore(path: path)
            defer { store.close() }
            let queue = try DatabaseQueue(path: path)
            try onThread({
                try queue.write { try $0.execute(sql: "UPDATE state SET revision = 7") }
            }) {
                let woken = try store.waitForChange(
                    after: 0,
                    timeout: .seconds(120),
                    cancellation: nil
                )
                #expect(woken == 7)
            }
        }
    }

    /// A copy of the file and its log, taken at any moment, is what a power cut would leave.
    @Test func `a crash at any moment keeps every acknowledged write, whole`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            let registry = try Registry(store: SQLiteStore(path: path), environment: .seeded(1))
            defer { registry.close() }
            _ = try registry.create(object("Namespace", "shop", namespace: ""))
            _ = try registry.create(service("web", ["selector": ["app": "web"]]))
            for round in 0..<15 {
                let acknowledged = try registry.create(pod("p\(round)")).resourceVersion
                let copy = directory + "/copy\(round).db"
                try FileManager.default.copyItem(atPath: path, toPath: copy)
                try FileManager.default.copyItem(atPath: path + "-wal", toPath: copy + "-wal")
                let survivor = try Registry(store: SQLiteStore(path: copy), environment: .seeded(2))
                defer { survivor.close() }
                #expect(try survivor.revision == acknowledged)
                #expect(try survivor.pods().count == round + 1)
                #expect(try survivor.endpoints("web").count == round + 1)
            }
        }
    }

    @Test func `a log cut in the middle of a write forgets that write only`() throws {
        try withTemporaryDirectory { directory in
            let path = directory + "/registry.db"
            let registry = try Registry(store: SQLiteStore(path: path), environment: .seeded(1))
            defer { registry.close() }
            _ = try registry.create(object("Namespace", "shop", namespace: ""))
            _ = try registry.create(service("web", ["selector": ["app": "web"]]))
            let wal = URL(fileURLWithPath: path + "-wal")
            let before = try Data(contentsOf: wal).count
            let revision = try registry.revision
            _ = try registry.apply((0..<20).map { ApplyItem(pod("p\($0)")) })
            let whole = try Data(contentsOf: wal)
            for step in 0..<10 {
                let cut = before + (whole.count - before) * step / 10
                let copy = directory + "/cut\(step).db"
                try FileManager.default.copyItem(atPath: path, toPath: copy)
                try whole.prefix(cut).write(to: URL(fileURLWithPath: copy + "-wal"))
                let survivor = try Registry(store: SQLiteStore(path: copy), environment: .seeded(2))
                defer { survivor.close() }
                #expect(try survivor.revision == revision)
                #expect(try survivor.pods().isEmpty)
                #expect(try survivor.slices("web").isEmpty)
            }
        }
    }
}

/// Runs a program; throws unless it ends well.
private func run(_ program: String, _ arguments: String...) throws {
    struct Failure: Error { var code: Int32 }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(code: process.terminationStatus) }
}
