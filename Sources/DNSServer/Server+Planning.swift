internal import Corefile
internal import Plugins

extension Server {
    /// Reads the Corefile, and sets up its plugins.
    ///
    /// - Throws: `CorefileErrors` or ``ServerError``, which say what to mend.
    static func plan(
        _ settings: ServerSettings,
        _ services: ServerServices
    ) throws -> ServingPlan {
        let corefile = try corefile(settings)
        for warning in corefile.warnings { services.log.write("[WARNING] \(warning)") }
        let plan = try ServingPlan(
            corefile,
            serverAddresses: HostAddresses.answering(settings.listen),
            ignoresBind: !settings.listen.isEmpty,
            directory: directory(settings),
            services: services,
            defaultPort: settings.defaultPort
        )
        for warning in plan.warnings { services.log.write("[WARNING] \(warning)") }
        return plan
    }

    /// The directory that relative paths in directives start from.
    static func directory(_ settings: ServerSettings) -> String {
        guard let path = settings.corefile, let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[..<slash])
    }

    /// Reads the Corefile, or the default configuration.
    static func corefile(_ settings: ServerSettings) throws -> Corefile {
        guard let path = settings.corefile else {
            return try Corefile(
                parsing: settings.defaultCorefile,
                file: "default configuration",
                context: .process
            )
        }
        let octets = try settings.corefileOctets ?? contents(of: path)
        return try Corefile(parsing: octets, file: path, context: .process)
    }

    private static func contents(of path: String) throws(ServerError) -> [UInt8] {
        do throws(CorefileFileError) {
            return try DiskFiles().contents(of: path)
        } catch {
            throw ServerError(
                "cannot read the Corefile \(path): \(error)",
                mend: "name a Corefile that can be read with --config"
            )
        }
    }
}
