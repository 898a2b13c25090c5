internal import Addresses
import Glibc
internal import HostNetwork
internal import KubernetesModel
internal import Registry

/// Removes what pods left behind that ended without a chance to do so themselves.
public struct Sweep: Sendable {
    /// What was removed.
    public struct Outcome: Sendable, Hashable {
        /// The pods, as `NAMESPACE/NAME`.
        public var pods: [String] = []
        /// The links that belonged to no pod.
        public var links: [String] = []
        /// What could not be removed, and why.
        public var problems: [String] = []

        /// Creates an empty outcome.
        public init() {}
    }

    let state: StateDirectory
    let registry: PodRegistry

    /// Names the places to sweep.
    public init(state: StateDirectory, registry: PodRegistry) {
        self.state = state
        self.registry = registry
    }

    /// Removes what is left of dead pods: processes, links, objects and directories; and of pods
    /// whose state went with a restart of the machine.
    ///
    /// - Parameter includesEnded: Whether the records of pods that ended by themselves go as well.
    /// - Returns: What was removed.
    /// - Throws: ``PodError`` or `RegistryError` if the state or the registry can't be read.
    public func all(includesEnded: Bool = true) throws -> Outcome {
        try state.exclusively {
            var outcome = Outcome()
            for directory in state.pods where isDead(directory, includesEnded) {
                remove(directory, &outcome)
            }
            try removeLinks(&outcome)
            try removeObjects(&outcome)
            return outcome
        }
    }

    /// Removes dead pods; the caller holds the state's lock.
    func removeDead(includingEnded directory: PodDirectory) throws {
        var outcome = Outcome()
        for other in state.pods where isDead(other, other == directory) {
            remove(other, &outcome)
        }
        if let problem = outcome.problems.first { throw PodError(problem) }
    }

    /// Removes what is left of one pod that nobody attends.
    ///
    /// - Parameters:
    ///   - directory: The pod's directory.
    ///   - includesEnded: Whether the record of a pod that ended by itself goes as well.
    /// - Returns: Whether there was something.
    /// - Throws: ``PodError`` or `RegistryError` with what can't be removed.
    public func one(_ directory: PodDirectory, includesEnded: Bool = true) throws -> Bool {
        try state.exclusively {
            // SAFETY: the path is passed as a terminated copy.
            guard unsafe access(directory.path, F_OK) == 0, isDead(directory, includesEnded) else {
                return false
            }
            var outcome = Outcome()
            remove(directory, &outcome)
            if let problem = outcome.problems.first { throw PodError(problem) }
            return true
        }
    }

    /// Whether nobody attends a pod, and it left something that is to go.
    func isDead(_ directory: PodDirectory, _ includesEnded: Bool) -> Bool {
        guard !directory.isAttended else { return false }
        guard !includesEnded else { return true }
        return (try? directory.record())??.status == nil
    }

    private func remove(_ directory: PodDirectory, _ outcome: inout Outcome) {
        let (namespace, name) = directory.title
        do {
            if let record = try directory.record() {
                // The kernel has killed it when its supervisor ended; here it is waited for.
                if let process = ProcessHandle(record.process, start: record.processStart) {
                    process.send(SIGKILL)
                    _ = process.wait(milliseconds: Limits.killMilliseconds)
                    process.release()
                }
                try PodLink(name: record.link, addresses: []).remove()
                let key = ObjectKey(kind: .pod, namespace: namespace, name: name)
                try registry.remove(key, uid: record.uid)
            } else {
                try removeUnrecorded(namespace, name)
            }
            StateFile.removeDirectory(directory.path)
            outcome.pods.append("\(namespace)/\(name)")
        } catch {
            outcome.problems.append("cannot remove pod \(namespace)/\(name): \(error)")
        }
    }

    /// Removes the object of a pod whose supervisor ended before it had written anything.
    private func removeUnrecorded(_ namespace: String, _ name: String) throws {
        try registry.write { registry in
            let key = ObjectKey(kind: .pod, namespace: namespace, name: name)
            do {
                guard isOurs(try registry.get(key)) else { return }
                try registry.delete(key)
            } catch RegistryError.notFound {
                // It ended even before that.
            }
        }
    }

    private func isOurs(_ pod: APIObject) -> Bool {
        pod.annotations[PodRegistry.stateAnnotation] == state.path
    }

    /// Removes ports of the bridge that belong to no pod.
    private func removeLinks(_ outcome: inout Outcome) throws {
        guard let node = try state.node() else { return }
        let socket = try LinkSocket()
        let links = try socket.links()
        // Read after the links: a pod's record is written before its link is made.
        let known = Set(try state.pods.compactMap { try $0.record()?.link })
        guard let bridge = links.first(where: { $0.name == node.plan.bridge && $0.isOurs }) else {
            return
        }
        for link in links where link.isOurs && link.master == bridge.index {
            guard !known.contains(link.name) else { continue }
            do {
                try socket.remove(link)
                outcome.links.append(link.name)
            } catch  where error.code == ENODEV {
                // It went with its pod meanwhile.
            } catch {
                outcome.problems.append("\(error)")
            }
        }
    }

    /// Removes the objects of pods of this node that have no directory.
    private func removeObjects(_ outcome: inout Outcome) throws {
        try registry.write { registry in
            let pods = try registry.list(.pod).objects.filter(isOurs)
            for pod in pods {
                let key = pod.key
                let directory = state.pod(namespace: key.namespace, name: key.name)
                // A pod that is just being made has its directory, but no record yet.
                guard unsafe access(directory.path, F_OK) != 0 else { continue }
                try registry.delete(key)
                outcome.pods.append("\(key.namespace)/\(key.name)")
            }
        }
    }
}
