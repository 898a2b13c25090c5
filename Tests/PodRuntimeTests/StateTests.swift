import Addresses
import Foundation
import HostNetwork
import KubernetesModel
import OrderedCollections
import Testing

@testable import PodRuntime

@Suite("The state of a node and its pods")
final class StateTests {
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "martlet-state-\(UUID().uuidString)").path()
    private var state: StateDirectory { StateDirectory(directory) }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private static func record() throws -> PodRecord {
        var record = PodRecord(
            namespace: "shop",
            name: "web.0",
            uid: "01234567-89ab-4def-8123-456789abcdef",
            addresses: [try #require(IPAddress("10.244.0.2")), try #require(IPAddress("fd00::2"))],
            supervisor: 17,
            words: ["sh", "-c", "echo \"a\nb\" \u{1F426}"],
            directory: "/srv",
            started: "2026-01-02T03:04:05Z"
        )
        record.process = 18
        record.processStart = 123_456_789_012
        return record
    }

    @Test func `a pod's record comes back as it was written`() throws {
        var record = try Self.record()
        #expect(PodRecord(record.fields) == record)
        record.status = 137
        record.ended = "2026-01-02T03:04:06Z"
        #expect(PodRecord(record.fields) == record)
        #expect(PodRecord([:]) == nil)
        #expect(record.link == "mv0123456789ab")
    }

    @Test func `a node's record comes back as it was written`() throws {
        let plan = NodePlan(
            bridge: "br1",
            podBlocks: [try #require(CIDRBlock("10.244.0.0/16"))],
            serviceBlocks: [try #require(CIDRBlock("10.96.0.0/16"))],
            serverAddresses: [try #require(IPAddress("10.96.0.10"))],
            masquerades: true
        )
        var record = NodeRecord(
            name: "n1",
            plan: plan,
            address: try #require(IPAddress("192.0.2.1"))
        )
        record.formerSettings[SystemSetting("net/ipv4/ip_forward")] = "0"
        #expect(NodeRecord(record.fields) == record)
        record.endsWithUp = true
        #expect(NodeRecord(record.fields) == record)
        #expect(NodeRecord(["name": "x"]) == nil)
    }

    @Test func `a directory knows whose it is, dots included`() {
        let pod = state.pod(namespace: "shop", name: "web.0")
        #expect(pod.title.namespace == "shop")
        #expect(pod.title.name == "web.0")
    }

    @Test(arguments: [
        ("web", true), ("web-0.a", true), ("0", true), ("", false), ("..", false), ("a/b", false),
        ("../x", false), ("a_b", false), ("A", false), ("\u{E9}", false),
        (String(repeating: "a", count: 254), false),
    ])
    func `a name makes one directory, or none`(_ name: String, _ isOne: Bool) {
        #expect(PodDirectory.isName(name) == isOne)
    }

    @Test func `a pod is attended as long as somebody holds its lock`() throws {
        let pod = state.pod(namespace: "shop", name: "web")
        #expect(!pod.isAttended)
        try StateFile.makeDirectory(pod.path)
        #expect(!pod.isAttended)
        let lock = try #require(try FileLock(pod.lockPath, waits: false))
        #expect(pod.isAttended)
        #expect(state.pods == [pod])
        lock.release()
        #expect(!pod.isAttended)
        StateFile.removeDirectory(pod.path)
        #expect(state.pods == [])
    }

    @Test func `a file that is half written counts as absent`() throws {
        let pod = state.pod(namespace: "shop", name: "web")
        try StateFile.makeDirectory(pod.path)
        #expect(try pod.record() == nil)
        try StateFile.write("{\"name\": \"we", to: pod.recordPath)
        #expect(try pod.record() == nil)
        try StateFile.write(try Self.record().fields, to: pod.recordPath)
        #expect(try pod.record() == Self.record())
    }

    @Test func `a log that grows too long begins anew, and what was written is kept`() throws {
        let pod = state.pod(namespace: "shop", name: "web")
        try StateFile.makeDirectory(pod.path)
        try StateFile.write([UInt8](repeating: 65, count: 100), to: pod.logPath)
        pod.shortenLog()
        #expect(try StateFile.read(pod.logPath)?.count == 100)
        let much = [UInt8](repeating: 66, count: Limits.logOctetsMax / 2 + 1)
        try StateFile.write(much, to: pod.logPath)
        pod.shortenLog()
        #expect(try StateFile.read(pod.logPath) == [])
        #expect(try StateFile.read(pod.oldLogPath, octetsMax: Int.max)?.count == much.count)
    }

    @Test func `a process is the one that was meant, or none`() throws {
        let own = getpid()
        let start = try #require(ProcessHandle.start(own))
        let handle = try #require(ProcessHandle(own, start: start))
        handle.release()
        #expect(ProcessHandle(own, start: start + 1) == nil)
        #expect(ProcessHandle(0) == nil)
    }

    @Test(arguments: [
        ("", "hosts: files dns\n"),
        (
            "passwd: files\nhosts: files mymachines resolve [!UNAVAIL=return] dns\ngroup: files\n",
            "passwd: files\ngroup: files\nhosts: files dns\n"
        ),
        ("# hosts: x\n  hosts:\tnis", "# hosts: x\nhosts: files dns\n"),
    ])
    func `names are looked up in files and DNS alone`(_ host: String, _ pod: String) {
        #expect(NameServiceSwitch.withFilesAndDNS(host) == pod)
    }
}
