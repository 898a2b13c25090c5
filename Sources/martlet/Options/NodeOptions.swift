import ArgumentParser
import Glibc
import HostNetwork
import PodRuntime
import Registry

/// Where a node keeps its state, and which registry it works for.
struct NodeOptions: ParsableArguments {
    @OptionGroup var registry: RegistryOptions

    @Option(
        help: ArgumentHelp(
            "Where the node's state is kept.",
            discussion: "Default: $MARTLET_STATE, else /run/martlet.",
            valueName: "directory"
        )
    )
    var stateDir: String?

    /// Where the node's state is kept.
    var state: StateDirectory {
        let path = stateDir ?? SystemFiles.environment("MARTLET_STATE")
        return path.map(NodeOptions.absolute).map { StateDirectory($0) } ?? .standard
    }

    /// The registry, opened for each piece of work.
    func podRegistry(_ cluster: RequestedSettings = RequestedSettings()) -> PodRegistry {
        let options = registry
        return PodRegistry(turns: state) { try options.open(cluster) }
    }

    /// Refuses to go on without the capabilities that networks and namespaces need.
    static func requireCapabilities() throws {
        let missing = Privileges.missing()
        guard !missing.isEmpty else { return }
        let names = missing.map(\.description).joined(separator: " and ")
        throw Failure(
            "this needs \(names), for links and namespaces: run it as root (sudo), or in a "
                + "container that is given them (docker run --cap-add NET_ADMIN --cap-add "
                + "SYS_ADMIN)",
            status: .noPermission
        )
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        // SAFETY: the text is copied before it is freed.
        guard let current = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(current) }
        return unsafe "\(String(cString: current))/\(path)"
    }
}

extension Failure {
    /// Does something with nodes and pods, and words what goes wrong.
    static func explaining<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as PodError {
            switch error.kind {
            case .refused: throw Failure(error.description)
            case .noPermission: throw Failure(error.description, status: .noPermission)
            case .program(let status):
                throw Failure(error.description, status: status == 127 ? .noProgram : .cannotRun)
            }
        } catch let error as NetworkError {
            throw Failure("\(error)", status: error.isPermission ? .noPermission : .refused)
        }
    }
}
