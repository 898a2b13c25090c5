/// What a registry needs from the world outside: time, identifiers and chance.
///
/// Injected, so that tests repeat exactly.
public struct RegistryEnvironment: Sendable {
    /// Returns the current time as RFC 3339 text in UTC, whole seconds: `2026-01-02T03:04:05Z`.
    public var now: @Sendable () -> String
    /// Returns a new unique identifier (RFC 9562 version 4, lower case).
    public var makeUID: @Sendable () -> String
    /// Returns a number from 0 up to, but not including, the bound, which is at least 1.
    public var random: @Sendable (_ bound: UInt64) -> UInt64

    /// Creates an environment.
    public init(
        now: @escaping @Sendable () -> String,
        makeUID: @escaping @Sendable () -> String,
        random: @escaping @Sendable (_ bound: UInt64) -> UInt64
    ) {
        self.now = now
        self.makeUID = makeUID
        self.random = random
    }
}
