import ArgumentParser
import Glibc
import PodRuntime

/// Prints the output of a pod in the background.
struct PodLogs: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Print what a pod in the background has written.",
        discussion: "Example:\n  martlet pod logs web -n shop -f"
    )

    /// How long to sleep until the file is looked at again, in microseconds.
    private static let pauseMicroseconds: UInt32 = 100_000

    @OptionGroup var options: NodeOptions
    @OptionGroup var namespace: NamespaceOptions
    @Flag(name: [.short, .long], help: "Go on until the pod has ended.") var follow = false
    @Argument(help: "The pod's name.") var name: String

    func run() throws {
        let short = name.hasPrefix("pod/") ? String(name.dropFirst(4)) : name
        let pod = options.state.pod(namespace: namespace.name, name: short)
        // SAFETY: the path is passed as a terminated copy.
        let file = unsafe open(pod.logPath, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            guard errno == ENOENT else { throw SystemFiles.failure(pod.logPath) }
            guard unsafe access(pod.path, F_OK) == 0 else {
                throw Failure(
                    "pod \"\(short)\" not found in namespace \"\(namespace.name)\" on this node"
                )
            }
            throw Failure(
                "pod \"\(short)\" does not run in the background: its output is on its terminal"
            )
        }
        defer { close(file) }
        if let old = try? SystemFiles.read(pod.oldLogPath) { Output.write(old) }
        while true {
            // Looked at first: what was written before the end is read after it.
            let hasEnded = !pod.isAttended
            copy(file)
            if !follow || hasEnded { return }
            Output.flush()
            _ = usleep(PodLogs.pauseMicroseconds)
        }
    }

    private func copy(_ file: Int32) {
        var status = stat()
        // SAFETY: the call fills the structure that it is given.
        let isShorter =
            unsafe fstat(file, &status) == 0 && status.st_size < lseek(file, 0, SEEK_CUR)
        // The log has begun anew.
        if isShorter { lseek(file, 0, SEEK_SET) }
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            // SAFETY: the call writes at most as many octets as there are.
            let count = unsafe read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            Output.write(Array(buffer[..<count]))
        }
    }
}
