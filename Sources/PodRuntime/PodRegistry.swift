internal import KubernetesModel
public import Registry
import Synchronization

/// What supervisors do to pods in the registry, which is opened when it is first needed.
public final class PodRegistry: Sendable {
    /// The annotation of pods that run, with the directory of their state.
    public static let stateAnnotation = "martlet/state"

    private let open: @Sendable () throws -> Registry
    private let opened = Mutex<Registry?>(nil)
    private let turns: StateDirectory

    /// Keeps how the registry is opened.
    ///
    /// - Parameters:
    ///   - turns: Where the pods of the node take turns to write: hundreds that start at once
    ///     would wait too long for each other otherwise, as stores aren't fair.
    ///   - open: Opens the registry.
    public init(turns: StateDirectory, _ open: @escaping @Sendable () throws -> Registry) {
        self.turns = turns
        self.open = open
    }

    deinit { opened.withLock { $0?.close() } }

    /// Does something with the registry.
    public func with<Result>(_ body: (Registry) throws -> Result) throws -> Result {
        let registry = try opened.withLock { opened in
            if let opened { return opened }
            let registry = try open()
            opened = registry
            return registry
        }
        return try body(registry)
    }

    /// Changes something in the registry, when it is this process's turn.
    func write<Result>(_ body: (Registry) throws -> Result) throws -> Result {
        try StateFile.makeDirectory(turns.path)
        let turn = try FileLock("\(turns.path)/turn", waits: true)
        defer { turn?.release() }
        return try with(body)
    }

    /// Makes the pod ready or not; false if it is gone.
    func setReady(_ key: ObjectKey, _ isReady: Bool) throws -> Bool {
        do {
            _ = try write { try $0.setReady(key, isReady) }
            return true
        } catch RegistryError.notFound {
            return false
        }
    }

    /// Says why the pod isn't ready, where one looks for it; false if it is gone.
    func complain(_ key: ObjectKey, uid: String, _ message: String) throws -> Bool {
        try change(key, uid: uid) { object in
            var conditions = object.fields.array(at: "status", "conditions") ?? []
            guard
                let index = conditions.firstIndex(where: {
                    $0["type"] == "Ready" && $0["status"] == "False"
                })
            else { return }
            conditions[index] = ["type": "Ready", "status": "False"]
            if !message.isEmpty {
                conditions[index] = [
                    "type": "Ready", "status": "False", "reason": "ProbeFailed",
                    "message": .string(message),
                ]
            }
            object.set(.array(conditions), at: "status", "conditions")
        }
    }

    /// Whether the pod's object is still the one that was made for it.
    func has(_ key: ObjectKey, uid: String) throws -> Bool {
        do {
            return try with { try $0.get(key).uid == uid }
        } catch RegistryError.notFound {
            return false
        }
    }

    /// Changes the pod's object, as often as somebody else does it at the same time; false if the
    /// pod is gone.
    func change(
        _ key: ObjectKey,
        uid: String,
        _ body: (inout APIObject) -> Void
    ) throws -> Bool {
        try write { registry in
            var attempt = 0
            while true {
                do {
                    var object = try registry.get(key)
                    guard object.uid == uid else { return false }
                    body(&object)
                    _ = try registry.update(object)
                    return true
                } catch RegistryError.notFound {
                    return false
                } catch RegistryError.conflict where attempt < Limits.conflictAttemptsMax {
                    attempt += 1
                }
            }
        }
    }

    /// Marks the pod as running, and ready unless a probe is to say so; false if it is gone.
    func markRunning(_ key: ObjectKey, uid: String, isReady: Bool) throws -> Bool {
        try change(key, uid: uid) { object in
            let now = RegistryEnvironment.system.now()
            object.set("Running", at: "status", "phase")
            object.set(.string(now), at: "status", "startTime")
            let ready: Value = ["type": "Ready", "status": isReady ? "True" : "False"]
            object.set([ready], at: "status", "conditions")
        }
    }

    /// Marks the pod as about to end: no new connections, but it still serves.
    func markTerminating(_ key: ObjectKey, uid: String, graceSeconds: Int) throws -> Bool {
        try change(key, uid: uid) { object in
            object.deletionTimestamp = RegistryEnvironment.system.now()
            object.set(
                .integer(Int64(graceSeconds)),
                at: "metadata",
                "deletionGracePeriodSeconds"
            )
        }
    }

    /// Marks the pod as ended by itself.
    func markEnded(_ key: ObjectKey, uid: String, status: Int32) throws -> Bool {
        try change(key, uid: uid) { object in
            object.set(.string(status == 0 ? "Succeeded" : "Failed"), at: "status", "phase")
            object.set([["type": "Ready", "status": "False"]], at: "status", "conditions")
            let name = object.fields.array(at: "spec", "containers")?.first?["name"] ?? "main"
            let ended: Value = [
                "exitCode": .integer(Int64(status)),
                "reason": status == 0 ? "Completed" : "Error",
                "finishedAt": .string(RegistryEnvironment.system.now()),
            ]
            object.set(
                [["name": name, "ready": false, "state": ["terminated": ended]]],
                at: "status",
                "containerStatuses"
            )
        }
    }

    /// Removes the pod's object, unless another one has its name by now.
    func remove(_ key: ObjectKey, uid: String) throws {
        do {
            try write { registry in
                if try registry.get(key).uid == uid { try registry.delete(key) }
            }
        } catch RegistryError.notFound {
            // Somebody was faster.
        }
    }
}
