import Foundation
import Glibc
import TestSupport
import Testing

/// A host for nodes and pods: network, mounts and processes of its own, all of which end with it.
///
/// Nothing of the machine's own network is touched: everything that is run here is run inside.
final class NodeHost {
    /// Why such a host can't be made here; nil if it can.
    static let obstacle: String? = {
        guard geteuid() == 0 else { return "only root can try pods" }
        do {
            let child = try Child(
                unshare + ["sh", "-c", "ip link add b0 type bridge && mount -t tmpfs none /mnt"]
            )
            guard try child.wait() == .exited(0) else { return child.errorText }
            return nil
        } catch {
            return "\(error)"
        }
    }()

    private static let unshare = [
        "unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc",
    ]

    let site: Site
    private let holder: Child
    private let target: String
    var state: String { "\(site.directory)/state" }

    /// Makes a host that works on the site's registry.
    init(_ site: Site) throws {
        self.site = site
        holder = try site.start(
            NodeHost.unshare + [
                "sh", "-c", "ip link set lo up && echo ready && exec sleep infinity",
            ]
        )
        try holder.waitForOutput { $0 == "ready\n" }
        let children = try String(
            contentsOfFile: "/proc/\(holder.pid)/task/\(holder.pid)/children",
            encoding: .utf8
        )
        target = try #require(children.split(separator: " ").first.map(String.init))
    }

    /// The machine loses its power: whatever ran there is gone, files stay.
    func die() throws {
        holder.send(SIGKILL)
        _ = try holder.wait()
        // The first process is the last to end; its parent may leave it as a zombie.
        let path = "/proc/\(target)/cmdline"
        try eventually("the host's processes are gone") {
            (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" == ""
        }
    }

    private func words(_ words: [String]) -> [String] {
        ["nsenter", "--target", target, "--net", "--mount", "--pid", "--"] + words
    }

    /// Starts a program on the host.
    func start(_ words: [String], input: String = "") throws -> Child {
        let state = ["MARTLET_STATE": state]
        return try Child(
            self.words(words),
            input: input,
            environment: site.environment.merging(state) { $1 }
        )
    }

    /// Runs a program on the host to its end.
    func run(_ words: [String], seconds: Double = 240) throws -> Site.Outcome {
        let child = try start(words)
        let ending = try child.wait(seconds: seconds)
        guard case .exited(let status) = ending else {
            throw Trouble("\(words) ended with \(ending): \(child.errorText)")
        }
        return Site.Outcome(status: status, output: child.text, errors: child.errorText)
    }

    /// Runs a shell's script on the host, with `$MARTLET` as the program.
    func shell(_ script: String, seconds: Double = 240) throws -> Site.Outcome {
        try run(["sh", "-c", "MARTLET='\(Site.program)'; \(script)"], seconds: seconds)
    }

    /// Runs `martlet` on the host.
    func martlet(_ words: String...) throws -> Site.Outcome { try run([Site.program] + words) }

    /// Runs `martlet` on the host, which must succeed, and returns its output.
    @discardableResult
    func done(
        _ words: String...,
        at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let outcome = try run([Site.program] + words)
        try #require(
            outcome.status == 0,
            "\(words): \(outcome.output)\(outcome.errors)",
            sourceLocation: location
        )
        return outcome.output
    }

    /// Runs `martlet` as it is typed: words between spaces, then arguments as they are.
    @discardableResult
    func typed(
        _ line: String,
        _ more: String...,
        at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let words = line.split(separator: " ").map(String.init) + more
        let outcome = try run([Site.program] + words)
        try #require(
            outcome.status == 0,
            "\(words): \(outcome.output)\(outcome.errors)",
            sourceLocation: location
        )
        return outcome.output
    }

    /// Waits until no process of the host has a text in its command line.
    func waitUntilNothingRuns(_ text: String) throws {
        try eventually("nothing runs \(text)") { try run(["pgrep", "-f", text]).status == 1 }
    }

    /// The names of the host's links, `lo` excepted.
    func links() throws -> [String] {
        let outcome = try run(["ip", "-brief", "link"])
        return outcome.output.split(separator: "\n").compactMap { line in
            line.split { $0 == " " || $0 == "@" }.first.map(String.init)
        }.filter { $0 != "lo" }.sorted()
    }

    /// The pods of the registry that have an address, as `NAMESPACE/NAME ADDRESS` each, sorted.
    func registered() throws -> [String] {
        try lines(
            "get",
            "pods",
            "-A",
            "-o",
            "jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name} "
                + "{.status.podIP}\n{end}"
        )
    }

    /// The lines that `martlet` prints, sorted.
    func lines(_ words: String...) throws -> [String] {
        let outcome = try run([Site.program] + words)
        try #require(outcome.status == 0, "\(words): \(outcome.errors)")
        return outcome.output.split(separator: "\n").map(String.init).sorted()
    }
}
