public import Addresses
public import DNSWire
public import SecureTransport

/// In which order upstreams are asked.
public enum UpstreamPolicy: String, Sendable, Hashable, CaseIterable {
    /// Another order for each question.
    case random
    /// One after the other.
    case roundRobin = "round_robin"
    /// The first, as long as it is well.
    case sequential
    /// The one that has answered fastest of late; the others are tried now and then.
    case fastest
}

/// How a question is put to an upstream over HTTPS (RFC 8484 §4.1).
public enum HTTPSMethod: String, Sendable, Hashable, CaseIterable {
    /// In the request's path.
    case get = "GET"
    /// In the request's body.
    case post = "POST"
}

/// How it is found out whether an upstream that failed is well again.
public struct HealthCheckSettings: Sendable, Hashable {
    /// The time from one probe to the next.
    public var interval: Duration = .milliseconds(500)
    /// Whether probes ask for recursion.
    public var recursionDesired = true
    /// The name whose NS records are asked for.
    public var domain = Name.root

    /// Creates the defaults of CoreDNS.
    public init() {}
}

/// What one `forward` stanza says; the defaults are CoreDNS', what CoreDNS lacks is off.
public struct UpstreamSettings: Sendable {
    /// The upstreams, 1…15.
    public var endpoints: [UpstreamEndpoint]
    /// In which order they are asked.
    public var policy = UpstreamPolicy.random
    /// Whether questions that came over UDP go over TCP.
    public var forcesTCP = false
    /// Whether questions that came over TCP go over UDP.
    public var prefersUDP = false
    /// How long a connection may be idle.
    public var expire: Duration = .seconds(10)
    /// How long a connection may be used; nil means as long as it lives.
    public var maxAge: Duration?
    /// Connections of an upstream that are kept while idle; nil means all.
    public var maxIdleConnections: Int?
    /// How long one upstream has to answer.
    public var readTimeout: Duration = .seconds(2)
    /// Failed probes after which one more takes an upstream out of use; 0 means never.
    public var maxFails = 2
    /// Failed attempts after which a question fails; 0 means as many as time allows, nil twice
    /// the number of upstreams.
    public var maxConnectAttempts: Int?
    /// How questions are put over HTTPS.
    public var httpsMethod = HTTPSMethod.post
    /// Certificates for TLS.
    public var tls = ClientTLSSettings()
    /// The name that certificates must have, unless the endpoint says another.
    public var serverName: String?
    /// Probes of upstreams that failed.
    public var healthCheck = HealthCheckSettings()
    /// Questions that may wait for an answer; 0 means no bound of the group's own.
    public var maxConcurrent = 0
    /// Whether a question fails at once if no upstream is well.
    public var failsFastWhenAllAreDown = false
    /// Codes of answers that are worth asking the next upstream.
    public var failover: Set<ResponseCode> = []
    /// The address that questions are sent from; nil lets the system choose.
    public var sourceAddress: IPAddress?

    /// Whether the letters of names are sent in random case, and answers must have the same.
    public var randomizesCase = false
    /// Whether a second upstream is asked when the first is later than 95 % of its answers.
    public var hedges = false
    /// Whether an upstream that fails time after time is left alone for a while, longer each time.
    public var breaksCircuits = true
    /// Whether questions without EDNS are sent with it (RFC 6891), so that answers of up to 1232
    /// octets come in one datagram.
    public var addsEDNS = true
    /// Whether an answer that was truncated is asked for again over TCP.
    public var retriesTruncated = true
    /// Queries that may be on their way to one upstream.
    public var inFlightMax = Limits.upstreamInFlightMax

    /// Creates the settings of a stanza that names its upstreams only.
    public init(_ endpoints: [UpstreamEndpoint]) {
        self.endpoints = endpoints
    }
}
