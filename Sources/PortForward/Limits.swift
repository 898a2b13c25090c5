/// The bounds of a port-forward.
public enum Limits {
    /// Connections that are relayed at a time; more wait in the kernel's queue.
    public static let connectionCountMax = 1024
    /// Descriptors that are left for all else when connections are counted, which have two each.
    static let descriptorReserve = 64
    /// Ports that one command may forward.
    public static let portCountMax = 64
    /// Addresses that one command may listen on.
    public static let addressCountMax = 16
    /// Endpoints that are tried for one connection before it is given up.
    static let attemptCountMax = 3
    /// How long one endpoint may take to accept a connection.
    static let connectSeconds: Int64 = 10
    /// Connections that the kernel queues for a listener.
    static let backlog: Int32 = 128
    /// Octets that wait for a slow reader before the other side is not read any more.
    static let waitingOctetsMax = 256 << 10
    /// Octets that wait for a slow reader when the other side is read again.
    static let waitingOctetsMin = 64 << 10
    /// Octets of a port's text: a name of a port has 63 at most.
    static let portTextOctetsMax = 128
}
