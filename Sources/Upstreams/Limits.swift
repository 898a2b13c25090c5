/// The bounds of asking upstreams, in one place; each holds whatever upstreams and clients send.
public enum Limits {
    /// Work that may wait for the loop's thread; more is refused by ``UpstreamLoop/post(_:)``.
    public static let mailboxCountMax = 65_536
    /// Descriptors that one wait of the loop reports.
    static let readyCountMax = 64
    /// Queries that may be on their way to upstreams, of all groups of a loop; one more fails.
    ///
    /// A quarter of the identifiers, so that a free one is found at the first or second try.
    public static let attemptCountMax = 16_384
    /// Queries that may be on their way to one upstream, unless the settings say otherwise; one
    /// more goes to the next upstream.
    public static let upstreamInFlightMax = 8_192
    /// Queries that may be on their way to one upstream that failed time after time: enough to find
    /// out that it is well again.
    static let trialInFlightMax = 256
    /// How long questions are refused without asking again whether there is room.
    static let gatePeriod: Duration = .milliseconds(20)
    /// How long it is remembered that they were, while none comes.
    static let gateMemory: Duration = .seconds(1)
    /// Questions of one group that may wait for an outcome; one more fails.
    public static let waitingCountMax = 32_768
    /// Exchanges in stock that keep the memory of their last question.
    static let spareExchangeCount = 1_024
    /// Clients that wait for the same answer; for one more the upstream is asked again.
    static let waiterCountMax = 1_024
    /// Attempts that one question leads to where `max_connect_attempts` sets no bound.
    static let attemptsPerExchangeMax = 64
    /// Upstreams of one group, as CoreDNS has it.
    public static let upstreamCountMax = 15
    /// Octets of a query that is forwarded: what a datagram holds on any network, and more than
    /// any real query has.
    static let queryOctetsMax = 4_096
    /// Datagrams sent or received with one system call.
    static let batchCount = 64
    /// Octets of queries that leave as one piece and are cut by the kernel: what fits in one packet
    /// on any network, and all of a piece together.
    static let groupedOctetsMax = 1_200
    static let groupOctetsMax = 60_000
    /// Octets of a received datagram that are kept; a longer one counts as truncated.
    static let datagramOctetsMax = 4_096
    /// Batches read from one socket before the others have their turn.
    static let batchesPerTurn = 4
    /// The UDP payload that upstreams are told we take (DNS Flag Day 2020).
    public static let udpPayloadOctets: UInt16 = 1_232
    /// Sockets, hence source ports, that one upstream's queries are spread over.
    static let datagramSocketCountMax = 8
    /// Queries sent from one source port before it is given up.
    static let queriesPerSocketMax = 16_384
    /// How long queries are sent from one source port.
    static let socketAgeMax: Duration = .seconds(30)
    /// Octets that the kernel may queue for a socket.
    static let receiveBufferOctets: Int32 = 1 << 20
    /// Streams open to one upstream.
    static let streamCountMax = 8
    /// Queries on their way on one stream before another stream is opened.
    static let pipelineDepth = 64
    /// Octets that arrived on a stream and wait for the loop before the stream is closed.
    static let streamInputOctetsMax = 4 << 20
    /// Octets of a response's body over HTTPS: those of a message on a stream.
    static let bodyOctetsMax = 65_535
    /// Messages that answer nothing we asked before a stream is closed.
    static let strayMessageCountMax = 64
    /// Time in which an unanswered probe fails.
    static let probeTimeout: Duration = .seconds(1)
    /// Time in which all attempts of one question must be done, as CoreDNS has it.
    static let exchangeTimeout: Duration = .seconds(5)
    /// Failures in a row that open a circuit breaker.
    static let breakerFailureCount = 10
    /// The first pause of a circuit breaker; each further one doubles it.
    static let breakerPause: Duration = .milliseconds(500)
    /// The longest pause of a circuit breaker.
    static let breakerPauseMax: Duration = .seconds(30)
    /// The shortest wait before a second upstream is asked.
    static let hedgeDelayMin: Duration = .milliseconds(5)
    /// Second questions that may be saved up while there was no need of any.
    static let hedgeBurst = 16
    /// How long an upstream that refused EDNS is asked without.
    static let plainPeriod: Duration = .seconds(900)
}
