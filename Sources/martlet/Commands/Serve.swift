import ArgumentParser
import Corefile
import DNSServer
import Glibc
import Plugins
import Registry
import Synchronization

/// `martlet serve`: the DNS server.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer DNS queries from the registry.",
        discussion: """
            Without --config, the cluster's domain and the reverse zones of its addresses are \
            served. A --config is a Corefile. SIGHUP or SIGUSR1 makes the server read it again; \
            SIGTERM makes it answer for as long as `health { lameduck }` says, and end. SIGUSR2 \
            starts the program anew, which takes over without losing a query; so does \
            --take-over with the arguments of the server that runs.

              martlet serve --listen 127.0.0.1:1053
              martlet serve --listen 10.96.0.10:53 --listen '[fd00:10:96::a]:53'
              martlet serve --config zones/Corefile --listen 127.0.0.1:1053

            CoreDNS' flags are understood too. Called as coredns, the program takes the Corefile \
            of the current directory, or without one answers as CoreDNS does, with whoami and log:

              martlet serve -conf /etc/coredns/Corefile -dns.port 1053 -pidfile /run/dns.pid
            """
    )

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Listen here, on UDP and TCP; repeatable.",
            discussion: "Default: all addresses, on the ports that the Corefile's keys name.",
            valueName: "address:port"
        )
    )
    var listen: [String] = []

    @Option(
        name: [
            .customLong("config"), .customLong("conf"), .customLong("conf", withSingleDash: true),
        ],
        help: ArgumentHelp("The Corefile to serve; stdin is standard input.", valueName: "file")
    )
    var config: String?

    @Option(
        name: [
            .customLong("dns.port"), .customLong("dns.port", withSingleDash: true),
            .customShort("p"),
        ],
        help: ArgumentHelp("The port of keys of the Corefile that name none.", valueName: "port")
    )
    var port: UInt16 = 53

    @Option(
        name: [.customLong("pidfile"), .customLong("pidfile", withSingleDash: true)],
        help: ArgumentHelp("Write the process's number to this file.", valueName: "file")
    )
    var processFile: String?

    @Flag(
        name: [.customLong("plugins"), .customLong("plugins", withSingleDash: true)],
        help: "Print the directives that are understood, and end."
    )
    var plugins = false

    @Flag(
        name: [.customLong("quiet"), .customLong("quiet", withSingleDash: true)],
        help: "Say nothing at the start."
    )
    var quiet = false

    @Flag(
        name: [.customLong("version", withSingleDash: true)],
        help: ArgumentHelp("Print the version, and end.", visibility: .hidden)
    )
    var printsVersion = false

    @Flag(
        name: [.customLong("as-coredns")],
        help: ArgumentHelp(
            "Serve what CoreDNS serves without a Corefile.",
            visibility: .hidden
        )
    )
    var isCoreDNS = false

    @Flag(
        name: [.customLong("take-over")],
        help: "Take over from the server that runs with the same arguments."
    )
    var takesOver = false

    @Option(
        help: ArgumentHelp(
            "The socket by which a successor takes over.",
            discussion: "Default: one under $XDG_RUNTIME_DIR/martlet, or /run/martlet for root.",
            valueName: "path"
        )
    )
    var control: String?

    @Option(help: "Threads that answer UDP on each address; by default one for each core.")
    var workers: Int?

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var cluster: SettingsOptions

    func validate() throws {
        guard (workers ?? 1) >= 1, (workers ?? 1) <= 1024 else {
            throw ValidationError("--workers must be a number from 1 to 1024")
        }
    }

    func run() throws {
        if printsVersion {
            Output.line("martlet \(Version.text)")
            return
        }
        if plugins {
            for directive in PluginDirective.all { Output.line("dns.\(directive.name)") }
            return
        }
        _ = try serve {}
    }

    /// Serves until it is told to end.
    ///
    /// - Parameter then: Called once the server answers, and has said where.
    /// - Returns: How it has ended.
    /// - Throws: What keeps it from serving, and the exit status if that isn't 0.
    func serve(_ then: () throws -> Void) throws -> ServerLoop.End {
        // Before any thread starts, so that all of them leave these signals to this one.
        let events = try Serve.explained {
            try ServerEvents(signals: [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1, SIGUSR2])
        }
        let addresses = try listen.map(Serve.address)
        let source = RegistrySource(registry, cluster)
        let corefile = try CorefileSource(config, isCoreDNS: isCoreDNS, port: port)
        // Without a Corefile the registry says which zones there are.
        let known = corefile == .none ? try source.open().settings : .standard
        var settings = ServerSettings(
            listen: addresses,
            corefile: corefile.name,
            workerCount: workers ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            registry: known,
            openStore: { url in
                guard let url else { return try source.open().store }
                return try RegistryOptions.openStore(RegistryURL(url))
            }
        )
        settings.corefileOctets = corefile.octets
        settings.version = Version.text
        settings.defaultPort = port
        if takesOver { settings.predecessor = try predecessor() }
        let server = try Serve.explained { try Server(settings) }
        settings.predecessor = nil
        if let processFile { try Serve.writeProcessFile(processFile) }
        if !quiet { Serve.announcePlaces(server) }
        ServerLoop.tellConfiguration(of: server)
        if !quiet {
            Output.line("martlet \(Version.text) serves \(source.location ?? "its Corefile")")
        }
        try then()
        try listenForSuccessors(events)
        let upgrade = Upgrade(
            CommandLine.arguments,
            input: config == "stdin" ? corefile.octets : nil
        )
        let end = ServerLoop(server, events, upgrade).run()
        source.close()
        switch end {
        // The files are the successor's by now.
        case .handedOver: events.close(leavesPath: true)
        case .done(let status):
            events.close(leavesPath: false)
            if let processFile { _ = unsafe unlink(processFile) }
            Output.flush()
            if status != 0 { throw ExitCode(status) }
        }
        return end
    }

    /// Where a successor finds this server; nil where there is no place for that.
    private var controlPath: String? {
        if let control { return control }
        return ControlPath.standard([config ?? "", "\(port)", registry.registry ?? ""] + listen)
    }

    private func predecessor() throws -> Predecessor {
        guard let controlPath else {
            throw Failure("--take-over: name the socket of the server with --control")
        }
        return try Serve.explained { try Predecessor(controlPath) }
    }

    /// Lets successors take over; without a socket of its own the server still serves.
    private func listenForSuccessors(_ events: ServerEvents) throws {
        guard let controlPath else { return }
        do {
            try events.listen(at: controlPath, replacing: takesOver)
        } catch {
            guard control == nil else { throw Failure("\(error)") }
            Output.line("[WARNING] nothing can take over from this server: \(error)")
        }
    }

    private static func announcePlaces(_ server: Server) {
        for place in server.listening {
            let text = place.hasPrefix("dns://") ? String(place.dropFirst(6)) : place
            let how = place.hasPrefix("dns://") ? " (UDP and TCP)" : ""
            Output.line("listening on \(text)\(how)")
        }
        for (directive, url) in server.endpointURLs { Output.line("\(directive) on \(url)") }
    }

    private static func address(_ text: String) throws -> ListenAddress {
        do {
            return try ListenAddress(text)
        } catch {
            throw Failure("--listen \(error)", status: .usage)
        }
    }

    private static func writeProcessFile(_ path: String) throws {
        guard let file = unsafe fopen(path, "w") else {
            let reason = unsafe String(cString: strerror(errno))
            throw Failure("--pidfile: cannot write \(path): \(reason)")
        }
        defer { unsafe fclose(file) }
        let octets = Array("\(getpid())\n".utf8)
        guard unsafe fwrite(octets, 1, octets.count, file) == octets.count else {
            throw Failure("--pidfile: cannot write \(path)")
        }
    }

    /// Runs `body`, and gives errors of the server the program's form and exit status.
    private static func explained<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as RegistryError {
            throw error
        } catch {
            throw Failure("\(error)")
        }
    }
}

/// The registry of a server, opened when something first asks for it: a Corefile that only forwards
/// needs none.
private final class RegistrySource: Sendable {
    private let options: RegistryOptions
    private let cluster: SettingsOptions
    private let opened = Mutex<Registry?>(nil)

    init(_ options: RegistryOptions, _ cluster: SettingsOptions) {
        self.options = options
        self.cluster = cluster
    }

    /// The registry.
    func open() throws -> Registry {
        try opened.withLock { opened in
            if let opened { return opened }
            let registry = try options.open(cluster.requested())
            opened = registry
            return registry
        }
    }

    /// Where the registry is; nil if nothing has asked for it.
    var location: String? { opened.withLock { $0?.store.location } }

    /// Closes the registry.
    func close() {
        opened.withLock { $0?.close() }
    }
}
