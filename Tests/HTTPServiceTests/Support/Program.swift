import Foundation
import Testing

/// Programs that tests run to their end.
enum Program {
    /// What a program has written, and whether it succeeded.
    struct Outcome {
        var output: String
        var status: Int32
    }

    /// Runs a program in a directory.
    static func run(
        _ path: String,
        _ arguments: [String],
        in directory: String = "/"
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            output: String(decoding: output, as: UTF8.self),
            status: process.terminationStatus
        )
    }

    /// Fetches with curl: the status, the version and the body are in the output's last lines.
    static func curl(_ arguments: [String]) throws -> Outcome {
        try run(
            "/usr/bin/curl",
            ["--silent", "--max-time", "120", "--noproxy", "*", "--write-out"]
                + ["\n%{http_code} %{http_version}"] + arguments
        )
    }
}
