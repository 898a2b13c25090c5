/// The bounds of a node's network.
public enum Limits {
    /// The octets of an interface's name (`IFNAMSIZ`, without the zero).
    public static let linkNameOctetsMax = 15
    /// The pods of a node: the ports that a bridge has (`BR_MAX_PORTS`), one left for others.
    public static let podCountMax = 1023
    /// The octets of one answer of the kernel that are read at once (`NLMSG_GOODSIZE` and more).
    static let messageOctetsMax = 1 << 16
    /// How long an answer of the kernel is waited for, in seconds; it comes at once.
    static let answerSecondsMax = 20
    /// The octets of a file of `/proc` that are read.
    package static let fileOctetsMax = 1 << 20
}
