import Glibc

extension PodDirectory {
    private var gracePath: String { "\(path)/grace" }

    /// Asks the pod's supervisor to end it, and returns at once.
    ///
    /// - Parameter graceSeconds: Seconds from SIGTERM to SIGKILL; nil for those that the pod was
    ///   started with.
    /// - Returns: Whether there was a supervisor to ask.
    /// - Throws: ``PodError`` if the system refuses.
    public func askToStop(graceSeconds: Int? = nil) throws(PodError) -> Bool {
        guard let record = try record(), isAttended,
            let supervisor = ProcessHandle(record.supervisor)
        else { return false }
        defer { supervisor.release() }
        if let graceSeconds { try StateFile.write("\(graceSeconds)", to: gracePath) }
        supervisor.send(SIGTERM)
        return true
    }

    /// Waits until nobody attends the pod any more.
    ///
    /// - Parameter seconds: The longest time to wait; nil for any.
    /// - Returns: Whether the pod has ended.
    public func waitForEnd(seconds: Double? = nil) -> Bool {
        let deadline = seconds.map { ContinuousClock.now + .milliseconds(Int($0 * 1000)) }
        while isAttended {
            if let deadline, .now >= deadline { return false }
            // Locks can be waited for, but not with an end; ends of pods take their time anyway.
            _ = usleep(10_000)
        }
        return true
    }

    /// What the last asker wants the grace period to be; nil if none said anything.
    func takeGracePeriod() -> Int? {
        guard let octets = (try? StateFile.read(gracePath)) ?? nil else { return nil }
        _ = unsafe unlink(gracePath)
        return Int(String(decoding: octets, as: UTF8.self))
    }
}
