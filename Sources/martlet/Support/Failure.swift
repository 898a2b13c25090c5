import ArgumentParser
import Glibc
import KubernetesModel
import Registry

/// The end of a command that could not do what it was asked.
struct Failure: Error, Equatable {
    /// What exit statuses mean; those above 63 are the system's (`sysexits.h`).
    enum Status: Int32 {
        /// Something was refused or not found.
        case refused = 1
        /// The command was not understood.
        case usage = 64
        /// The registry or the server cannot be reached.
        case unavailable = 69
        /// The user may not do this.
        case noPermission = 77
        /// A program is there but can't be run, as shells have it.
        case cannotRun = 126
        /// There is no such program, as shells have it.
        case noProgram = 127
    }

    /// The text for standard error; empty if everything is said already.
    var message: String
    /// The exit status.
    var status: Status

    /// Creates a failure; the message gets kubectl's `error:` in front.
    init(_ message: String, status: Status = .refused) {
        self.message = "error: \(message)"
        self.status = status
    }

    /// Creates a failure from what the registry said, worded as kubectl words it.
    init(_ error: RegistryError) {
        message = Failure.text(error)
        status = Failure.status(error)
    }

    /// A failure about which everything is said already.
    static let silent = Failure(silentWith: .refused)

    private init(silentWith status: Status) {
        message = ""
        self.status = status
    }

    /// Ends the process, with the failure's exit status unless another is given.
    func exit(_ other: Int32? = nil) -> Never {
        Failure.end(with: message, other ?? status.rawValue)
    }

    /// Ends the process with a text on standard error.
    static func end(with text: String, _ status: Int32) -> Never {
        Output.flush()
        if !text.isEmpty { Output.error(text) }
        Glibc.exit(status)
    }

    /// The exit status and the text of any error of a command.
    static func ending(of error: any Error) -> (status: Int32, text: String) {
        switch error {
        case let failure as Failure: return (failure.status.rawValue, failure.message)
        case let error as RegistryError: return ending(of: Failure(error))
        case let code as ExitCode: return (code.rawValue, "")
        default: return (1, "error: \(error)")
        }
    }

    private static func status(_ error: RegistryError) -> Status {
        switch error {
        case .storage(let problem):
            switch problem.code {
            case .noPermission, .readOnly: .noPermission
            default: .unavailable
            }
        case .closed: .unavailable
        case .url: .usage
        default: .refused
        }
    }

    /// The error as kubectl prints it.
    static func text(_ error: RegistryError) -> String {
        let reason: String
        switch error {
        case .notFound: reason = "NotFound"
        case .alreadyExists: reason = "AlreadyExists"
        case .conflict: reason = "Conflict"
        case .forbidden: reason = "Forbidden"
        case .badRequest: reason = "BadRequest"
        case .exhausted: reason = "InternalError"
        case .compacted: reason = "Expired"
        case .revisionTooNew: reason = "Timeout"
        case .invalid(let errors): return invalid(errors)
        case .rejected(let problems):
            return problems.flatMap(lines).joined(separator: "\n")
        case .closed, .storage, .settings, .url: return "error: \(error)"
        }
        return "Error from server (\(reason)): \(error)"
    }

    /// A line for each thing that is wrong with an object of a manifest, worded as what the reader
    /// of manifests finds itself.
    private static func lines(_ problem: ApplyProblem) -> [String] {
        let place = problem.source.isEmpty ? "error:" : "error: \(problem.source):"
        guard case .invalid(let errors) = problem.error else {
            let title = problem.key.map { "\($0.kind.rawValue) \"\($0.name)\": " } ?? ""
            return ["\(place) \(title)\(problem.error)"]
        }
        return causes(errors).map {
            "\(place) \(errors.kind) \"\(errors.name)\" is invalid: \($0)"
        }
    }

    /// What is wrong, each thing once.
    private static func causes(_ errors: ValidationErrors) -> [String] {
        var seen: Set<String> = []
        return errors.errors.map(\.description).filter { seen.insert($0).inserted }
    }

    /// Validation errors, several of them as a list.
    private static func invalid(_ errors: ValidationErrors) -> String {
        let head = "The \(errors.kind) \"\(errors.name)\" is invalid:"
        let causes = causes(errors)
        guard causes.count != 1 else { return "\(head) \(causes[0])" }
        return ([head + " "] + causes.map { "* \($0)" }).joined(separator: "\n")
    }
}
