internal import Addresses
internal import CLinuxNet
import Glibc
internal import KubernetesModel

extension PodSupervisor {
    /// Runs the pod that was started until it has ended, and takes it away.
    ///
    /// SIGTERM ends the pod gracefully, and so do SIGINT, SIGHUP and SIGQUIT unless the pod's
    /// program has a terminal, which gets them itself. These signals and SIGCHLD must be blocked
    /// in all threads. From here on the process takes in those below it that lose their parent.
    ///
    /// - Parameter leavesTerminal: Whether signals of the terminal are the program's alone.
    /// - Returns: The program's status, or 128 and the number of the signal that ended it.
    public func run(leavesTerminal: Bool = false) -> Int32 {
        // A pod's namespaces end when its last process was taken in. A program of a probe whose
        // visitor is killed would wait for an init that may never look, as some containers' don't.
        let code = cln_adopt_orphans()
        if code != 0 { report("error: processes without parents can't be taken in: error \(code)") }
        let signals = [SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT]
        let descriptor = unsafe cln_signal_open(signals, Int32(signals.count))
        defer { close(descriptor) }
        var life = PodLife(request)
        while true {
            act(&life)
            wait(&life, descriptor)
            while true {
                let signal = cln_signal_take(descriptor)
                guard signal != 0 else { break }
                switch signal {
                case SIGCHLD: continue
                case SIGTERM: end(&life)
                default:
                    if !leavesTerminal { end(&life) }
                }
            }
            guard let status = reap(&life) else { continue }
            life.attempt?.giveUp()
            if request.keepsRecord, !life.isEnding {
                leaveRecord(status)
            } else {
                takeAway()
            }
            return status
        }
    }

    /// Does what is due.
    private func act(_ life: inout PodLife) {
        let now = ContinuousClock.now
        probe(&life, now)
        if life.killTime.isDue(now) {
            life.killTime = nil
            _ = Glibc.kill(record.process, SIGKILL)
        }
        if life.termTime.isDue(now) {
            life.termTime = nil
            _ = Glibc.kill(record.process, SIGTERM)
            life.killTime = now + .seconds(life.graceSeconds)
        }
        if life.registryTime.isDue(now) { tellRegistry(&life, now) }
    }

    /// Begins an attempt of the probe, or takes in the outcome of one.
    private func probe(_ life: inout PodLife, _ now: ContinuousClock.Instant) {
        guard let probe = request.probe, let address = record.addresses.first else { return }
        if let attempt = life.attempt {
            if attempt.outcome == nil, now >= attempt.deadline { life.attempt?.giveUp() }
            guard let success = life.attempt?.outcome else { return }
            let reason = life.attempt?.reason ?? ""
            life.attempt = nil
            if life.counter.note(success: success) {
                life.readiness = .wanted(success)
                life.registryTime = now
            }
            // Told when the registry is looked at anyway: a probe may fail in many ways in turn.
            if life.counter.isFailing { life.complaint = "\(probe.title): \(reason)" }
            if life.counter.isReady { life.complaint = "" }
        }
        guard life.attempt == nil, life.probeTime.isDue(now) else { return }
        life.probeTime = now + .milliseconds(Int(probe.period * 1000))
        life.attempt = ProbeAttempt(probe, address: address, pod: directory)
        // An attempt may be over at once.
        if life.attempt?.outcome != nil { self.probe(&life, now) }
    }

    /// Tells the registry whether the pod is ready, and looks whether the pod is still wanted.
    private func tellRegistry(_ life: inout PodLife, _ now: ContinuousClock.Instant) {
        life.registryTime = now + .milliseconds(Limits.registryCheckMilliseconds)
        directory.shortenLog()
        do {
            let isThere: Bool
            if case .wanted(let isReady) = life.readiness {
                isThere = try registry.setReady(key, isReady)
                life.readiness = .told
                life.toldComplaint = ""
                if !isReady { life.registryTime = now }
            } else if life.complaint != life.toldComplaint, !life.counter.isReady {
                isThere = try registry.complain(key, uid: record.uid, life.complaint)
                life.toldComplaint = life.complaint
            } else {
                isThere = try registry.has(key, uid: record.uid)
            }
            if life.isEnding, !life.isMarked, isThere { try mark(&life) }
            if !isThere, !life.isEnding {
                report("pod \"\(key.name)\" is no longer in the registry: it ends")
                end(&life)
            }
        } catch {
            life.registryTime = now + .milliseconds(Limits.registryRetryMilliseconds)
            report("error: cannot tell the registry how the pod is: \(error); trying again")
        }
    }

    /// Begins the pod's end: services leave it out first.
    private func end(_ life: inout PodLife) {
        guard !life.isEnding else { return }
        life.isEnding = true
        if let asked = directory.takeGracePeriod() { life.graceSeconds = asked }
        do {
            try mark(&life)
        } catch {
            life.registryTime = .now + .milliseconds(Limits.registryRetryMilliseconds)
            report("error: cannot tell the registry that the pod ends: \(error); trying again")
        }
        life.termTime = .now + .milliseconds(Int(request.drainSeconds * 1000))
    }

    private func mark(_ life: inout PodLife) throws {
        _ = try registry.markTerminating(key, uid: record.uid, graceSeconds: life.graceSeconds)
        life.isMarked = true
    }

    /// Waits until something happens or is due.
    private func wait(_ life: inout PodLife, _ descriptor: Int32) {
        var polled = [pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)]
        if let awaited = life.attempt?.awaited { polled.append(awaited) }
        let left = ContinuousClock.now.duration(to: life.nextTime)
        // One more, as rounding down would wake this thread before its time, again and again.
        let milliseconds = max(
            0,
            left.components.seconds * 1000
                + left.components.attoseconds / 1_000_000_000_000_000 + 1
        )
        // SAFETY: the call fills as many structures as there are.
        let count = unsafe poll(&polled, nfds_t(polled.count), Int32(clamping: milliseconds))
        if count > 0, polled.count == 2, polled[1].revents != 0 { life.attempt?.advance() }
    }

    /// Takes in children that have ended.
    ///
    /// - Returns: The status of the pod's first process, if it has ended.
    private func reap(_ life: inout PodLife) -> Int32? {
        var status: Int32 = 0
        var result: Int32?
        while true {
            // SAFETY: the call fills the number that it is given.
            let ended = unsafe waitpid(-1, &status, WNOHANG)
            guard ended > 0 else { return result }
            if ended == record.process {
                result = ProcessStatus.code(status)
            } else {
                life.attempt?.childEnded(ended, status: ProcessStatus.code(status))
            }
        }
    }
}

/// What a supervisor has to remember.
struct PodLife {
    /// What the registry knows of the pod's readiness.
    enum Told {
        /// All that there is to know.
        case told
        /// The pod has become ready, or stopped to be.
        case wanted(Bool)
    }

    var readiness = Told.told
    /// Why the probe keeps the pod from being ready; empty if it doesn't.
    var complaint = ""
    var toldComplaint = ""
    var counter: Readiness
    var attempt: ProbeAttempt?
    var probeTime: ContinuousClock.Instant?
    var registryTime: ContinuousClock.Instant? = .now
    var termTime: ContinuousClock.Instant?
    var killTime: ContinuousClock.Instant?
    var graceSeconds: Int
    var isEnding = false
    var isMarked = false

    init(_ request: PodRequest) {
        graceSeconds = request.graceSeconds
        counter = Readiness(
            successThreshold: request.probe?.successThreshold ?? 1,
            failureThreshold: request.probe?.failureThreshold ?? 1
        )
        if let probe = request.probe {
            probeTime = .now + .milliseconds(Int(probe.initialDelay * 1000))
        }
    }

    /// When something is due next.
    var nextTime: ContinuousClock.Instant {
        // While an attempt is under way the next one has to wait.
        let next = attempt.map(\.deadline) ?? probeTime
        return [next, registryTime, termTime, killTime].compactMap { $0 }.min() ?? .now
    }
}

extension ContinuousClock.Instant? {
    /// Whether there is a time and it has come.
    fileprivate func isDue(_ now: ContinuousClock.Instant) -> Bool { map { $0 <= now } ?? false }
}
