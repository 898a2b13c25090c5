/// The bounds of pods that run.
public enum Limits {
    /// The octets of a state file that are read; a larger one is no state of ours.
    static let stateOctetsMax = 8 << 20
    /// The octets of an answer to an HTTP probe that are read: the status line is among them.
    static let probeAnswerOctetsMax = 4096
    /// How often a supervisor looks whether its pod is still in the registry, in milliseconds.
    static let registryCheckMilliseconds = 2000
    /// How long a supervisor waits before it tells the registry again what it refused, in
    /// milliseconds.
    static let registryRetryMilliseconds = 1000
    /// How often pods are looked for whose supervisors aren't watched yet, in milliseconds.
    static let watchMilliseconds = 1000
    /// How often it is looked whether a dead supervisor's pod is gone as well, in milliseconds: the
    /// kernel kills it a moment later.
    static let watchHurryMilliseconds = 10
    /// How long a killed process may take to end, in milliseconds.
    static let killMilliseconds = 10_000
    /// How long a supervisor's end is waited for until its lock is looked at, in milliseconds.
    static let endMilliseconds = 100
    /// The longest time that a grace period, a probe's period or timeout may be, in seconds.
    public static let secondsMax = 86_400
    /// The octets of a pod's output that are kept: the log begins anew when it has half of them.
    static let logOctetsMax = 16 << 20
    /// The attempts to change an object that others change as well.
    static let conflictAttemptsMax = 20
}
