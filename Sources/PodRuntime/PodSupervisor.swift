internal import Addresses
internal import CLinuxNet
import Glibc
internal import HostNetwork
internal import KubernetesModel
internal import PodEnvironment
internal import Registry

/// Runs one pod: makes it, tells the registry how it is, and takes it away again.
///
/// Everything happens on the thread that calls ``run()``, with which the pod's processes end.
public final class PodSupervisor {
    let state: StateDirectory
    let registry: PodRegistry
    let request: PodRequest
    let directory: PodDirectory
    /// The pod's object in the registry.
    let key: ObjectKey
    var record: PodRecord
    private let lock: FileLock

    /// The file for the output of a pod in the background.
    public var logPath: String { directory.logPath }

    /// Says something to a person: one line.
    public var report: (String) -> Void = { _ in }

    /// Puts the pod into the registry and makes its directory; nothing runs yet.
    ///
    /// - Parameters:
    ///   - request: What the pod is to be.
    ///   - state: Where the node's state is.
    ///   - registry: The registry.
    /// - Throws: ``PodError`` if the pod runs already, or there is no node; `RegistryError` if the
    ///   registry refuses it.
    public init(_ request: PodRequest, state: StateDirectory, registry: PodRegistry) throws {
        self.state = state
        self.registry = registry
        self.request = request
        guard let node = try state.node() else {
            throw PodError("there is no node here that pods could run on: martlet node up")
        }
        self.node = node
        let asked = request.object.key
        // The registry says more about names, but directories are made before it is asked.
        for name in [asked.namespace, asked.name] where !PodDirectory.isName(name) {
            throw PodError(
                "\"\(name)\" is no name for a pod or a namespace: use lower-case letters, digits,"
                    + " '-' and '.'"
            )
        }
        directory = state.pod(namespace: asked.namespace, name: asked.name)
        let lock = try PodSupervisor.claim(directory, state: state, registry: registry)
        self.lock = lock
        do {
            let object = PodSupervisor.object(request.object, node: node, state: state)
            let birth = try registry.write { registry in
                let made = try registry.create(object)
                return Birth(
                    pod: try Pod(made.defaulted()),
                    key: made.key,
                    services: try PodSupervisor.services(of: made.key, in: registry),
                    clusterDomain: registry.settings.clusterDomain
                )
            }
            self.birth = birth
            key = birth.key
            record = PodRecord(
                namespace: key.namespace,
                name: key.name,
                uid: birth.pod.metadata.uid,
                addresses: birth.pod.podIPs.compactMap { IPAddress($0) },
                supervisor: getpid(),
                words: request.words,
                directory: request.directory,
                started: birth.pod.metadata.creationTimestamp
            )
            try StateFile.write(record.fields, to: directory.recordPath)
        } catch {
            StateFile.removeDirectory(directory.path)
            lock.release()
            throw error
        }
    }

    let node: NodeRecord
    private let birth: Birth

    /// The pod's object, and the registry as it was when that was made.
    private struct Birth {
        var pod: Pod
        var key: ObjectKey
        var services: [APIObject]
        var clusterDomain: String
    }

    /// Makes the pod's directory and locks it; what a dead pod of the name left is removed.
    private static func claim(
        _ directory: PodDirectory,
        state: StateDirectory,
        registry: PodRegistry
    ) throws -> FileLock {
        try state.exclusively {
            if directory.isAttended {
                let title = directory.title
                throw PodError(
                    "pod \"\(title.name)\" runs already in namespace \"\(title.namespace)\": "
                        + "martlet pod stop \(title.name) -n \(title.namespace)"
                )
            }
            try Sweep(state: state, registry: registry).removeDead(includingEnded: directory)
            try StateFile.makeDirectory(directory.path)
            guard let lock = try FileLock(directory.lockPath, waits: false) else {
                throw PodError("\(directory.path) is locked by another process")
            }
            return lock
        }
    }

    /// The services that a pod may have variables for: those of its namespace, and `kubernetes`.
    private static func services(
        of pod: ObjectKey,
        in registry: Registry
    ) throws -> [APIObject] {
        var services = try registry.list(.service, namespace: pod.namespace).objects
        let master = ObjectKey(kind: .service, namespace: "default", name: "kubernetes")
        if pod.namespace != master.namespace,
            let object = try registry.store.read({ try $0.get(master) })
        {
            services.append(object)
        }
        return services
    }

    /// The object as it is put into the registry: not ready, on this node.
    private static func object(
        _ object: APIObject,
        node: NodeRecord,
        state: StateDirectory
    ) -> APIObject {
        var object = object
        object.annotations[PodRegistry.stateAnnotation] = state.path
        object.set(.string(node.name), at: "spec", "nodeName")
        object.set("Pending", at: "status", "phase")
        object.set([["type": "Ready", "status": "False"]], at: "status", "conditions")
        object.set(.string(node.address.description), at: "status", "hostIP")
        return object
    }

    /// Makes the pod's namespaces, files and link, and starts its program.
    ///
    /// - Throws: ``PodError`` or ``NetworkError`` with what was refused; nothing is left then.
    public func start() throws {
        do {
            let files = try PodFiles(
                birth.pod,
                request,
                node: node,
                clusterDomain: birth.clusterDomain,
                in: directory
            )
            for warning in files.warnings { report("warning: \(warning)") }
            let variables = try environment(files.nodename)
            let octets = variables.flatMap { (text: String) -> [UInt8] in Array(text.utf8) + [0] }
            // Somebody may have put a password into it.
            try StateFile.write(octets, to: directory.environmentPath, mode: 0o600)
            let plan = PodProcessPlan(
                hostname: files.nodename,
                mounts: files.mounts,
                settings: PodSupervisor.settings,
                directory: request.directory,
                words: request.words,
                variables: variables
            )
            let process = try PodProcess(plan)
            record.process = process.pid
            record.processStart = ProcessHandle.start(process.pid) ?? 0
            do {
                try StateFile.write(record.fields, to: directory.recordPath)
                let link = PodLink(name: record.link, addresses: record.addresses)
                let note = "martlet pod \(key.namespace)/\(key.name)"
                try link.make(toProcess: process.pid, on: node.plan, note: note)
            } catch {
                process.giveUp()
                throw error
            }
            try process.begin()
            // Whoever started the pod finds it in the registry as it is.
            guard
                try registry.markRunning(key, uid: record.uid, isReady: request.probe == nil)
            else {
                throw PodError("the pod was deleted from the registry while it was started")
            }
        } catch {
            kill()
            takeAway()
            throw error
        }
    }

    /// The program's environment: services, then what the request says.
    private func environment(_ hostname: String) throws -> [String] {
        var values: [(name: String, value: String)] = [
            ("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"),
            ("HOME", "/root"), ("HOSTNAME", hostname), ("TERM", "xterm"),
        ]
        let services = ServiceEnvironment(
            namespace: key.namespace,
            enableServiceLinks: birth.pod.enableServiceLinks,
            services: try birth.services.map { try Service($0) }
        )
        values += services.variables.map { ($0.name, $0.value) }
        for text in request.variables {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            values.append((String(parts[0]), parts.count == 2 ? String(parts[1]) : ""))
        }
        var last: [String: Int] = [:]
        for (index, pair) in values.enumerated() { last[pair.name] = index }
        return values.enumerated().filter { last[$1.name] == $0 }.map { "\($1.name)=\($1.value)" }
    }

    /// What the kernel is told inside the pod: no short cuts past the node, and what container
    /// runtimes allow as well.
    private static let settings: [(path: String, value: String)] = [
        ("/proc/sys/net/ipv4/conf/all/accept_redirects", "0"),
        ("/proc/sys/net/ipv4/conf/eth0/accept_redirects", "0"),
        ("/proc/sys/net/ipv6/conf/eth0/accept_redirects", "0"),
        ("/proc/sys/net/ipv6/conf/eth0/accept_ra", "0"),
        ("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0"),
        ("/proc/sys/net/ipv4/ping_group_range", "0 2147483647"),
    ]

    /// Kills the pod's first process, and with it all others, and takes in its status.
    func kill() {
        guard record.process > 0 else { return }
        _ = Glibc.kill(record.process, SIGKILL)
        var status: Int32 = 0
        // SAFETY: the call fills the number that it is given.
        while unsafe waitpid(record.process, &status, 0) < 0, errno == EINTR {}
    }

    /// Removes everything that is left of the pod when its processes have ended.
    func takeAway() {
        attempt("remove the pod's link") {
            try PodLink(name: record.link, addresses: []).remove()
        }
        attempt("remove the pod from the registry") {
            try registry.remove(key, uid: record.uid)
        }
        StateFile.removeDirectory(directory.path)
        lock.release()
    }

    /// Leaves a record of a pod whose program has ended by itself.
    func leaveRecord(_ status: Int32) {
        record.status = status
        record.ended = RegistryEnvironment.system.now()
        attempt("tell the registry that the pod has ended") {
            _ = try registry.markEnded(key, uid: record.uid, status: status)
        }
        attempt("write \(directory.recordPath)") {
            try StateFile.write(record.fields, to: directory.recordPath)
        }
        attempt("remove the pod's link") {
            try PodLink(name: record.link, addresses: []).remove()
        }
        lock.release()
    }

    /// Does something that must not keep the rest from being done.
    func attempt(_ task: String, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            report("error: cannot \(task): \(error); martlet pod gc does it later")
        }
    }
}
