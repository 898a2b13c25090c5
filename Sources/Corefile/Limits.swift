/// The bounds of a Corefile.
public enum Limits {
    /// The octets of the Corefile and all that it imports, each import counted; a ConfigMap holds
    /// 1 MiB, zone data in `hosts` blocks may be more.
    public static let octetsMax = 16 << 20
    /// The words of the Corefile and all that it imports, each import counted; some 50 octets each.
    public static let wordsMax = 1_000_000
    /// The times that snippets may be imported (CoreDNS: 10 000).
    public static let snippetImportsMax = 10_000
    /// The files that may be imported (CoreDNS: 100 000).
    public static let fileImportsMax = 100_000
    /// The environment references that one token may have replaced; a value may hold references.
    public static let substitutionsMax = 100
    /// The octets that a token may grow to by environment references.
    public static let substitutedOctetsMax = 64 << 10
    /// How long a pipe that is read as a Corefile may be silent.
    public static let pipeMillisecondsMax = 5_000
    /// The errors that are collected before parsing stops.
    public static let errorsMax = 100
    /// The warnings that are collected; more would not be read.
    public static let warningsMax = 100
    /// The characters of a word that an error shows.
    public static let shownScalarsMax = 60
    /// The octets of a zone's text.
    public static let zoneOctetsMax = 255
}
