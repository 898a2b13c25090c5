import Foundation
import Testing

/// A temporary directory with a registry, and the program that works on it; removed at the end.
final class Site {
    /// What a program printed, and how it ended.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    let directory: String
    var registry: String { "sqlite:\(directory)/registry.db" }

    init() throws {
        directory = FileManager.default.temporaryDirectory
            .appending(path: "martlet-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true
        )
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// The repository's root.
    static let repository = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path()

    /// A path of the repository.
    static func path(_ relative: String) -> String { repository + relative }

    /// The program under test: `$MARTLET_BINARY`, or what SwiftPM put beside the tests.
    static let program: String = {
        if let path = ProcessInfo.processInfo.environment["MARTLET_BINARY"] { return path }
        return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: "martlet").path()
    }()

    /// What every child's environment has.
    var environment: [String: String] {
        ["MARTLET_REGISTRY": registry, "HOME": directory, "XDG_STATE_HOME": "\(directory)/state"]
    }

    /// Starts any program.
    func start(_ words: [String], input: String = "") throws -> Child {
        try Child(words, input: input, environment: environment)
    }

    /// Starts `martlet`.
    func startMartlet(_ words: [String], input: String = "") throws -> Child {
        try start([Site.program] + words, input: input)
    }

    /// Runs any program to its end.
    func run(_ words: [String], input: String = "", seconds: Double = 240) throws -> Outcome {
        let child = try start(words, input: input)
        let ending = try child.wait(seconds: seconds)
        guard case .exited(let status) = ending else {
            throw Trouble("\(words) ended with \(ending): \(child.errorText)")
        }
        return Outcome(status: status, output: child.text, errors: child.errorText)
    }

    /// Runs `martlet` to its end.
    func martlet(_ words: String..., input: String = "") throws -> Outcome {
        try run([Site.program] + words, input: input)
    }

    /// Runs `martlet`, which must succeed, and returns its output.
    @discardableResult
    func done(
        _ words: String...,
        input: String = "",
        at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let outcome = try run([Site.program] + words, input: input)
        try #require(outcome.status == 0, "\(words): \(outcome.errors)", sourceLocation: location)
        return outcome.output
    }

    /// Writes a file of the directory and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let path = "\(directory)/\(name)"
        try Data(text.utf8).write(to: URL(filePath: path))
        return path
    }

    /// Starts a server on a port of the kernel's choice, and waits until it answers.
    func serve(_ words: String...) throws -> RunningServer {
        try RunningServer(
            try startMartlet(["serve", "--listen", "127.0.0.1:0"] + words),
            site: self
        )
    }
}
