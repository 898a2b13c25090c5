/// The bounds that keep hostile or mistaken input from taking time or memory without end.
public enum Limits {
    /// The depth of lists and mappings in a document; API objects stay below 30.
    public static let depthMax = 100
    /// The octets of one JSON text or one YAML document: a `List` may hold a whole cluster.
    public static let documentOctetsMax = 128 << 20
    /// The values of one document, each of which takes up to 100 octets of memory; a `List` of
    /// 100,000 endpoints has two and a half million.
    public static let nodesMax = 10_000_000
    /// The octets of a text that is scanned rather than read: fewer than values may be read, so
    /// that
    /// they need no counting.
    static let scannedOctetsMax = nodesMax
    /// The keys of one mapping in a text that is scanned; objects of the API have a tenth of it.
    static let scannedKeysMax = 256
    /// The octets of one manifest file or of standard input: 100,000 endpoints take about 25 MB.
    public static let fileOctetsMax = 512 << 20
    /// The documents of one manifest file.
    public static let documentsMax = 1_000_000
    /// The nodes that aliases of one YAML document may stand for together.
    public static let aliasNodesMax = 100_000
    /// The characters of an offending value that an error message repeats.
    public static let shownValueCharactersMax = 256
    /// The errors that are reported for one object; more only repeat the same mistake.
    public static let errorsPerObjectMax = 100
    /// The octets of a selector or a JSONPath template; they come from one argument or URL.
    public static let expressionOctetsMax = 64 << 10
    /// The depth of nested brackets, filters and ranges in a JSONPath template.
    public static let expressionDepthMax = 32
    /// The values that the evaluation of a JSONPath template may visit.
    public static let expressionStepsMax = 20_000_000
}
