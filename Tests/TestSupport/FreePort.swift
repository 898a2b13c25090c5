internal import Foundation
internal import Glibc
internal import Synchronization

/// Ports that nobody has, for programs and tests that can't let the kernel choose.
///
/// They are below the range from which the kernel takes ports for sockets that ask for any, so that
/// no client of another test gets one meanwhile, and none is given out twice in a process.
public enum FreePort {
    /// Says that no port was found.
    public struct NoneFree: Error {}

    private static let given = Mutex<Set<UInt16>>([])

    /// Chooses a port that no socket is bound to, for UDP or TCP, on any address.
    ///
    /// The kernel's tables are read for that. Trying to bind would leave the port with any program
    /// that another test starts in that moment: until its `exec` it has a copy of each descriptor.
    public static func choose() throws(NoneFree) -> UInt16 {
        let taken = ["tcp", "tcp6", "udp", "udp6"].reduce(into: Set<UInt16>()) { ports, table in
            ports.formUnion(localPorts("/proc/net/\(table)"))
        }
        for _ in 0..<1_000 {
            let port = UInt16.random(in: 20_000..<32_000)
            guard !taken.contains(port) else { continue }
            if given.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw NoneFree()
    }

    /// Reads the local ports of a table: the second word of each line ends with one, in hexadecimal.
    private static func localPorts(_ path: String) -> [UInt16] {
        // A machine without IPv6 has two of the tables.
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").dropFirst().compactMap { line in
            let words = line.split(separator: " ", maxSplits: 2)
            return words.count > 1 ? UInt16(words[1].suffix(4), radix: 16) : nil
        }
    }
}

/// Does something that takes a port which was let go of a moment ago, until it can.
///
/// Other tests start programs: between its fork and its `exec` a child has a copy of each descriptor
/// of this process, and with it the port.
///
/// - Throws: What the last attempt threw, when it isn't about the port or half a minute has passed.
public func untilFree<Result>(_ body: () throws -> Result) throws -> Result {
    let deadline = ContinuousClock.now + .seconds(30)
    while true {
        do {
            return try body()
        } catch  where "\(error)".contains("ddress already in use") {
            guard ContinuousClock.now < deadline else { throw error }
            sched_yield()
        }
    }
}
