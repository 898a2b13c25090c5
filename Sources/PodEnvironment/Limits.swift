/// The bounds of a pod's resolver configuration and names.
///
/// Numbers are those of Kubernetes (`pkg/apis/core/validation`, `kubelet dns.go`) unless a line
/// says that they are a C library's.
public enum Limits {
    /// The name servers that a pod may have; glibc's `MAXNS` is the same.
    public static let nameserverCountMax = 3
    /// The entries that a pod's search list may have.
    public static let searchCountMax = 32
    /// The octets of one search entry; longer ones make glibc 2.28 abort.
    public static let searchOctetsMax = 253
    /// The octets of the search list, separating spaces included.
    public static let searchListOctetsMax = 2048
    /// The octets of a host's `resolv.conf` that are read; a larger file is refused.
    public static let hostFileOctetsMax = 10 << 20
    /// The octets of a hostname: one label (RFC 1035 §2.3.4).
    public static let hostnameOctetsMax = 63
    /// The octets of the kernel's node name (`__NEW_UTS_LEN`).
    public static let nodenameOctetsMax = 64

    /// The largest `ndots` that glibc, musl and Go accept.
    static let ndotsMax = 15
    /// The octets of a line that musl reads, line feed included; it skips longer ones.
    static let muslLineOctetsMax = 255
    /// The search entries that glibc used before version 2.26.
    static let oldGlibcSearchCountMax = 6
    /// The octets of the search list that glibc used before version 2.26.
    static let oldGlibcSearchListOctetsMax = 256
}
