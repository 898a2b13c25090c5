/// The bounds of zone files.
public enum ZoneFileLimits {
    /// Octets of a zone file: far above any hand-written one, far below what memory would suffer.
    public static let fileOctetsMax = 64 << 20
    /// Records of a zone.
    public static let recordCountMax = 1_000_000
    /// Octets of one record's text: below what libldns can take as one token.
    public static let entryOctetsMax = 65_000
    /// Aliases that are followed for one question inside a zone.
    public static let aliasCountMax = 8
    /// Octets of a line's text that an error quotes.
    static let excerptOctetsMax = 60
}
