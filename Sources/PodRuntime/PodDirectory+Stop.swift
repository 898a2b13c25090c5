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
    public func waitForEnd() {
        let supervisor = ((try? record()) ?? nil).flatMap { ProcessHandle($0.supervisor) }
        defer { supervisor?.release() }
        while isAttended {
            guard supervisor?.wait(milliseconds: Limits.endMilliseconds) != false else { continue }
            // Its last processes go a moment after it, and let go of the lock.
            _ = usleep(UInt32(Limits.watchHurryMilliseconds) * 1000)
        }
    }

    /// What the last asker wants the grace period to be; nil if none said anything.
    func takeGracePeriod() -> Int? {
        guard let octets = (try? StateFile.read(gracePath)) ?? nil else { return nil }
        _ = unsafe unlink(gracePath)
        return Int(String(decoding: octets, as: UTF8.self))
    }
}
