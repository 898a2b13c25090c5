/// The bounds of the plugins, in one place.
public enum Limits {
    /// Octets of a message: what the length field over TCP can say (RFC 1035 §4.2.2).
    public static let messageOctetsMax = 65_535
    /// Queries that may be made from one: beyond, an alias is left as it is.
    public static let depthMax = 8
    /// Things that one query may wait for, one after the other: beyond, it fails.
    public static let errandCountMax = 24
    /// Queries without a waiting client that one query may start.
    static let backgroundCountMax = 4
    /// Octets of a hosts file: far above the longest lists of blocked names.
    static let hostsFileOctetsMax = 32 << 20
    /// Octets of records that a message of a zone transfer is filled with (CoreDNS: the same).
    static let transferMessageOctets = 63_000
    /// Octets of a zone that is transferred from a primary, as they come over the wire.
    static let transferOctetsMax = 256 << 20
    /// Records of a zone that is transferred from a primary.
    static let transferRecordCountMax = 1_000_000
    /// Seconds that a primary may take for each step of a transfer.
    static let transferStepSeconds = 10
    /// Seconds that a transfer may take, however slowly the primary sends.
    static let transferSecondsMax = 900
    /// Zones that the catalogs of a server block may have together, and one catalog may name.
    static let catalogMemberCountMax = 10_000
    /// Octets of all zones that come from the catalogs of a server block: as of one zone.
    static let catalogOctetsMax = transferOctetsMax
    /// Records of all zones that come from the catalogs of a server block: as of one zone.
    static let catalogRecordCountMax = transferRecordCountMax
    /// Zones of one catalog that are transferred at the same time.
    static let catalogLaneCount = 4
    /// Lines that the log gets of members of a catalog that are left out, each time it is read.
    static let catalogComplaintCountMax = 10
    /// Times that a secondary server is told of a change (RFC 1996 §3.6; CoreDNS: the same).
    static let notifyAttemptCount = 3
    /// Zone files that `auto` serves from one directory.
    static let autoZoneCountMax = 10_000
    /// Octets of the pattern of `auto`.
    static let autoPatternOctetsMax = 10_000
    /// Octets of a line that `log` writes: what is beyond is left out.
    static let logLineOctetsMax = 16_384
    /// Counters that `template` keeps at hand; beyond, each count looks its counter up.
    static let templateCounterCountMax = 1_024
}
