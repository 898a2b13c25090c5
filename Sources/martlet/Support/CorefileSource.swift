import Corefile
import Glibc

/// Where a Corefile comes from.
enum CorefileSource: Equatable {
    /// There is none: the registry says what is served.
    case none
    /// A file, which a reload reads again.
    case file(String)
    /// Text that stays as it is.
    case text([UInt8], name: String)

    /// Finds the Corefile.
    ///
    /// - Parameters:
    ///   - path: What `--config` says; `stdin` is standard input.
    ///   - isCoreDNS: Whether the program was called as `coredns`: then the current directory's
    ///     Corefile is taken, or else what CoreDNS serves without one.
    ///   - port: The port of keys that name none.
    /// - Throws: ``Failure`` if standard input can't be read.
    init(_ path: String?, isCoreDNS: Bool, port: UInt16) throws {
        if path == "stdin" {
            self = .text(try CorefileSource.standardInput(), name: "stdin")
        } else if let path, !path.isEmpty {
            self = .file(path)
        } else if isCoreDNS {
            let standard = "Corefile"
            self =
                DiskFiles().exists(standard)
                ? .file(standard)
                : .text(CorefileSource.whoami(port), name: "built-in Corefile")
        } else {
            self = .none
        }
    }

    /// What CoreDNS serves without a Corefile.
    static func whoami(_ port: UInt16) -> [UInt8] {
        Array(".:\(port) {\n    whoami\n    log\n}\n".utf8)
    }

    /// The octets that don't come from a file.
    var octets: [UInt8]? {
        if case .text(let octets, _) = self { octets } else { nil }
    }

    /// What errors and successors call the Corefile; nil without one.
    var name: String? {
        switch self {
        case .none: nil
        case .file(let path): path
        case .text(_, let name): name
        }
    }

    /// Reads standard input to its end.
    private static func standardInput() throws -> [UInt8] {
        guard isatty(STDIN_FILENO) == 0 else {
            throw Failure(
                "-conf stdin: standard input is a terminal; write the Corefile to a pipe",
                status: .usage
            )
        }
        do throws(CorefileFileError) {
            return try DiskFiles().standardInput()
        } catch {
            throw Failure("-conf stdin: \(error)")
        }
    }
}
