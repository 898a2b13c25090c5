/// The bounds of zone files.
public enum ZoneFileLimits {
    /// Octets of a zone file: far above any hand-written one, far below what memory would suffer.
    public static let fileOctetsMax = 64 << 20
    /// Records of a zone.
    public static let recordCountMax = 1_000_000
    /// Octets of one record's text: below what libldns can take as one token.
    public static let entryOctetsMax = 65_000
    /// Files that are open at once because one includes the other (the same as in CoreDNS).
    public static let includeDepthMax = 7
    /// Files that a zone file includes, each time counted.
    public static let includeCountMax = 10_000
    /// Repetitions of the hash of NSEC3: each denial computes some (RFC 9276 §3.2).
    public static let hashIterationsMax: UInt16 = 150
    /// Aliases that are followed for one question inside a zone.
    public static let aliasCountMax = 8
    /// Octets of a line's text that an error quotes.
    static let excerptOctetsMax = 60
}
