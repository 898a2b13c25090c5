internal import CLinuxNet
import Glibc

/// Notices when supervisors are killed, and removes at once what is left of their pods.
///
/// Supervisors are waited for by descriptors of their processes, so their deaths are known in the
/// moment that they happen. Once a second it is looked for pods that are new.
public final class PodWatch: Sendable {
    /// Something to tell a person.
    public enum Report: Sendable, Hashable, CustomStringConvertible {
        /// What was left of a pod is gone: its namespace and name.
        case removed(namespace: String, name: String)
        /// Something can't be removed, for a reason; it is tried again.
        case problem(String)

        /// The report as a line of a log.
        public var description: String {
            switch self {
            case .removed(let namespace, let name):
                "[WARNING] pod \(namespace)/\(name) is removed: its supervisor was killed"
            case .problem(let text): "[ERROR] \(text); trying again"
            }
        }
    }

    /// What is known from one look to the next.
    private struct Memory {
        /// The supervisors that are waited for.
        var supervisors: [PodDirectory: ProcessHandle] = [:]
        /// What was told about pods that can't be removed.
        var problems: [PodDirectory: String] = [:]
        /// Until when it is looked often.
        var hurryEnd = ContinuousClock.now
    }

    private let state: StateDirectory
    private let sweep: Sweep
    /// Readable from the moment that the watch is stopped.
    private let stopped: Int32

    /// Prepares to watch the pods of a node.
    ///
    /// - Throws: ``PodError`` if there are no descriptors left.
    public init(state: StateDirectory, registry: PodRegistry) throws(PodError) {
        self.state = state
        sweep = Sweep(state: state, registry: registry)
        stopped = cln_event_open()
        guard stopped >= 0 else { throw StateFile.failure("watch pods") }
    }

    deinit { close(stopped) }

    /// Ends the watch, from any thread.
    public func stop() {
        var one: UInt64 = 1
        // SAFETY: eight octets are read from a variable of eight.
        _ = unsafe write(stopped, &one, 8)
    }

    /// Watches until it is stopped; on a thread of its own.
    ///
    /// - Parameter tell: Takes what there is to tell.
    public func run(_ tell: (Report) -> Void) {
        var memory = Memory()
        defer { for supervisor in memory.supervisors.values { supervisor.release() } }
        repeat { look(&memory, tell) } while wait(&memory)
    }

    /// Removes what dead supervisors left, and finds those that aren't waited for yet.
    private func look(_ memory: inout Memory, _ tell: (Report) -> Void) {
        for pod in state.pods where memory.supervisors[pod] == nil {
            if sweep.isDead(pod, false) {
                remove(pod, &memory, tell)
            } else {
                memory.supervisors[pod] = supervisor(of: pod)
            }
        }
    }

    private func remove(
        _ pod: PodDirectory,
        _ memory: inout Memory,
        _ tell: (Report) -> Void
    ) {
        let (namespace, name) = pod.title
        do {
            // It may not be dead after all: a pod that is just being made has no lock yet.
            guard try sweep.one(pod, includesEnded: false) else { return }
            memory.problems[pod] = nil
            tell(.removed(namespace: namespace, name: name))
        } catch {
            let text = "\(error)"
            guard memory.problems.updateValue(text, forKey: pod) != text else { return }
            tell(.problem(text))
        }
    }

    /// The supervisor of a pod, if it can be waited for.
    private func supervisor(of pod: PodDirectory) -> ProcessHandle? {
        guard let record = (try? pod.record()) ?? nil,
            let supervisor = ProcessHandle(record.supervisor)
        else { return nil }
        // The lock says that the supervisor lives, after its number was turned into a descriptor:
        // so that number was its own.
        guard !supervisor.wait(milliseconds: 0), pod.isAttended else {
            supervisor.release()
            return nil
        }
        return supervisor
    }

    /// Waits until a supervisor ends or it is time to look again; false when it is stopped.
    private func wait(_ memory: inout Memory) -> Bool {
        let pods = Array(memory.supervisors)
        var polled = [pollfd(fd: stopped, events: Int16(POLLIN), revents: 0)]
        polled += pods.map { pollfd(fd: $0.value.raw, events: Int16(POLLIN), revents: 0) }
        let isHurried = ContinuousClock.now < memory.hurryEnd
        let time = isHurried ? Limits.watchHurryMilliseconds : Limits.watchMilliseconds
        // SAFETY: the call fills as many structures as there are.
        _ = unsafe poll(&polled, nfds_t(polled.count), Int32(time))
        guard polled[0].revents == 0 else { return false }
        for (entry, pod) in zip(polled.dropFirst(), pods) where entry.revents != 0 {
            memory.supervisors[pod.key] = nil
            pod.value.release()
            // Whatever else held the pod's lock goes a moment later.
            memory.hurryEnd = .now + .milliseconds(Limits.watchMilliseconds)
        }
        return true
    }
}
