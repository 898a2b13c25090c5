internal import KubernetesModel
internal import Registry
internal import Synchronization

/// Keeps what is known of a target up to date with the registry.
///
/// One thread follows changes; others may ask for backends meanwhile.
final class TargetFollower: Sendable {
    private let registry: Registry
    private let target: ForwardTarget
    private let state: Mutex<TargetState>
    private let watch: Mutex<Watch>
    private let isCancelled = Atomic<Bool>(false)

    /// Reads the target.
    ///
    /// - Throws: ``RegistryError`` if there is none.
    init(_ registry: Registry, _ target: ForwardTarget) throws {
        self.registry = registry
        self.target = target
        let (state, watch) = try TargetFollower.load(registry, target)
        self.state = Mutex(state)
        self.watch = Mutex(watch)
    }

    /// What is known now.
    var current: TargetState { state.withLock { $0 } }

    /// Ends ``next(until:)``, now and in the future; any thread may call it.
    func cancel() {
        isCancelled.store(true, ordering: .sequentiallyConsistent)
        watch.withLock { $0.cancel() }
    }

    /// Waits for changes, and takes them over.
    ///
    /// - Parameter deadline: When to wait no longer; nil waits for ever.
    /// - Returns: Whether to go on: false once cancelled, or when the time was over.
    /// - Throws: ``PortForwardError`` once the target has gone, ``RegistryError`` if the registry
    ///   can't be read.
    func next(until deadline: ContinuousClock.Instant? = nil) throws -> Bool {
        do {
            let watch = watch.withLock { $0 }
            let left = deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
            guard let changes = try watch.next(timeout: left) else { return false }
            if changes.isEmpty, let deadline, ContinuousClock.now >= deadline { return false }
            for change in changes { try take(change) }
        } catch RegistryError.compacted {
            try reload()
        }
        return !isCancelled.load(ordering: .sequentiallyConsistent)
    }

    private func reload() throws {
        let known = current
        let loaded: (state: TargetState, watch: Watch)
        do {
            loaded = try TargetFollower.load(registry, target)
        } catch RegistryError.notFound {
            throw lost
        }
        if case .pod(let old) = known.objects, case .pod(let new) = loaded.state.objects,
            old.metadata.uid != new.metadata.uid || !new.isForwardable
        {
            throw lost
        }
        state.withLock { $0 = loaded.state }
        watch.withLock { $0 = loaded.watch }
        // Cancelled in between, it would be the old watch that knows.
        if isCancelled.load(ordering: .sequentiallyConsistent) { loaded.watch.cancel() }
    }

    private static func load(
        _ registry: Registry,
        _ target: ForwardTarget
    ) throws -> (state: TargetState, watch: Watch) {
        let key = target.key
        // Before the lists: what they tell already may be told again, and nothing is missed.
        let revision = try registry.revision
        let object = try registry.get(key)
        let objects: TargetState.Objects
        switch key.kind {
        case .service:
            var slices: [ObjectKey: EndpointSlice] = [:]
            let filter = try ObjectFilter(
                labels: "\(EndpointSlice.serviceNameLabel)=\(key.name)",
                kind: .endpointSlice
            )
            let list = try registry.list(.endpointSlice, namespace: key.namespace, filter: filter)
            for object in list.objects { slices[object.key] = try EndpointSlice(object) }
            objects = .service(try Service(object.defaulted()), slices: slices)
        case .pod:
            objects = .pod(try Pod(object.defaulted()))
        default:
            let workload = try Workload(object.defaulted())
            var pods: [ObjectKey: Pod] = [:]
            for object in try registry.list(.pod, namespace: key.namespace).objects
            where workload.selector.matches(object.labels) {
                pods[object.key] = try Pod(object.defaulted())
            }
            objects = .workload(workload, pods: pods)
        }
        return (
            TargetState(target: target, objects: objects),
            registry.watch(nil, namespace: key.namespace, after: revision)
        )
    }

    private var lost: PortForwardError {
        let name = target.key.kind == .pod ? "pod" : target.description
        return PortForwardError(.lost, "lost connection to \(name)")
    }

    private func take(_ change: Change) throws {
        let object = change.object
        let isDeleted = change.type == .deleted
        if object.key == target.key, isDeleted { throw lost }
        let known = current
        var next = known
        switch (known.objects, object.key.kind) {
        case (.service(_, let slices), .service) where object.key == target.key:
            next.objects = .service(try Service(object.defaulted()), slices: slices)
        case (.service(let service, var slices), .endpointSlice):
            let slice = try EndpointSlice(object)
            let isOurs = !isDeleted && slice.serviceName == target.key.name
            slices[object.key] = isOurs ? slice : nil
            next.objects = .service(service, slices: slices)
        case (.pod(let old), .pod) where object.key == target.key:
            let pod = try Pod(object.defaulted())
            guard pod.metadata.uid == old.metadata.uid, pod.isForwardable else { throw lost }
            next.objects = .pod(pod)
        case (.workload(_, let pods), let kind) where kind == target.key.kind:
            guard object.key == target.key else { return }
            next.objects = .workload(try Workload(object.defaulted()), pods: pods)
        case (.workload(let workload, var pods), .pod):
            let pod = try Pod(object.defaulted())
            let isOurs = !isDeleted && workload.selector.matches(pod.metadata.labels)
            pods[object.key] = isOurs ? pod : nil
            next.objects = .workload(workload, pods: pods)
        default: return
        }
        state.withLock { [next] in $0 = next }
    }
}
