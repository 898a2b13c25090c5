/// A question under way: who waits for its answer, and what has been tried.
///
/// Exchanges are kept and used again, so that a question costs no allocation.
@safe
final class Exchange {
    /// A client that waits.
    struct Waiter {
        let id: UInt16
        let hasEDNS: Bool
        let isShared: Bool
        let startedAt: UInt64
        /// The question as this client spells it; empty if it is that of the exchange.
        let question: [UInt8]
        let asker: UpstreamAsker
    }

    /// The group that is asked, which holds itself while questions are under way; nil in stock.
    @exclusivity(unchecked) var owner: Unmanaged<GroupCore>?
    /// The next one in stock.
    var nextSpare: Unmanaged<Exchange>?
    // SAFETY, for all uses: `memory` has `capacity` octets, of which `wireCount` are the query.
    @exclusivity(unchecked) private var memory: UnsafeMutableRawPointer
    @safe @exclusivity(unchecked) private var capacity: Int
    @safe @exclusivity(unchecked) private var wireCount = 0
    /// The question as the first client spells it; empty if it is sent as it is.
    @safe @exclusivity(unchecked) private(set) var question: [UInt8] = []
    /// Where the question ends in the query.
    private(set) var questionEnd = 0
    /// What identical questions have in common; nil if this one can't be shared.
    private(set) var key: UInt64?
    /// Whether the OPT record is ours.
    var hasOwnEDNS = false
    /// What it is sent over.
    private(set) var transport = UpstreamTransport.udp
    /// When all must be done.
    private(set) var deadline: UInt64 = 0
    /// The client that was first, and mostly is the only one.
    @safe @exclusivity(unchecked) private(set) var first: Waiter?
    /// Those that joined it.
    @safe @exclusivity(unchecked) private(set) var others: [Waiter] = []

    /// The upstreams in the order in which they are tried.
    @safe @exclusivity(unchecked) var order: [Int] = []
    /// Where in the order the next try is.
    var position = 0
    /// Upstreams of this round that were passed over.
    var passedOver = 0
    /// Attempts that failed.
    var failedCount = 0
    /// Attempts of any kind.
    var attemptCount = 0
    /// Whether the query was sent to anybody.
    var wasSent = false
    /// Whether the upstream was taken although none is well.
    var isLastResort = false
    /// The attempt under way, with the number of its upstream.
    var early: (upstream: Int, attempt: Attempt)?
    /// The attempt at another upstream, because the early one is late.
    var late: (upstream: Int, attempt: Attempt)?
    /// The timer for the late attempt.
    var hedgeTimer: TimerKey?
    /// Why the last attempt failed.
    @safe @exclusivity(unchecked) var lastFailure: UpstreamFailure?
    /// An answer that is given if nothing better comes.
    var held: (octets: [UInt8], upstream: Int, transport: UpstreamTransport)?
    /// Upstreams that were given up for the code of their answer.
    var failoverCount = 0

    /// Octets of memory that an exchange in stock keeps: enough for most queries.
    private static var usualCapacity: Int { 320 }

    init(_ group: GroupCore?) {
        unsafe owner = group.map { unsafe .passUnretained($0) }
        capacity = Self.usualCapacity
        unsafe memory = .allocate(byteCount: Self.usualCapacity, alignment: 8)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// The group that is asked; counted, hence not for what every question does.
    var group: GroupCore? { unsafe owner?.takeUnretainedValue() }

    /// The query as it is sent, with identifier 0.
    var wire: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: memory, count: wireCount)
    }

    private var mutableWire: UnsafeMutableRawBufferPointer {
        unsafe UnsafeMutableRawBufferPointer(start: memory, count: wireCount)
    }

    /// Takes other memory, in which nothing is kept.
    private func setCapacity(_ octets: Int) {
        guard octets != capacity else { return }
        unsafe memory.deallocate()
        unsafe memory = .allocate(byteCount: octets, alignment: 8)
        capacity = octets
        wireCount = 0
    }

    /// Begins with a query, which a first client waits for.
    func begin(
        _ request: UnsafeRawBufferPointer,
        _ shape: RequestShape,
        key: UInt64?,
        transport: UpstreamTransport,
        deadline: UInt64,
        withEDNS: Bool
    ) {
        let needed = request.count + RequestShape.emptyOPTOctets
        if needed > capacity { setCapacity(needed) }
        let room = unsafe UnsafeMutableRawBufferPointer(start: memory, count: capacity)
        wireCount = unsafe shape.write(request, to: room, withEDNS: withEDNS)
        questionEnd = shape.questionEnd
        hasOwnEDNS = withEDNS && shape.isPlain && !shape.hasEDNS
        self.key = key
        self.transport = transport
        self.deadline = deadline
    }

    /// Has the first client wait.
    func wait(_ shape: RequestShape, now: UInt64, _ asker: UpstreamAsker) {
        first = Waiter(
            id: shape.id,
            hasEDNS: shape.hasEDNS || !shape.isPlain,
            isShared: false,
            startedAt: now,
            question: [],
            asker: asker
        )
    }

    /// Has one more client wait.
    func join(
        _ request: UnsafeRawBufferPointer,
        _ shape: RequestShape,
        now: UInt64,
        _ asker: UpstreamAsker
    ) {
        let spelling = unsafe UnsafeRawBufferPointer(
            rebasing: request[RequestShape.headerOctets..<shape.questionEnd]
        )
        let isSame = unsafe spelling.elementsEqual(firstSpelling)
        others.append(
            Waiter(
                id: shape.id,
                hasEDNS: shape.hasEDNS || !shape.isPlain,
                isShared: true,
                startedAt: now,
                question: unsafe isSame ? [] : Array(spelling),
                asker: asker
            )
        )
    }

    /// Takes out the client that was first.
    func takeFirst() -> Waiter? { first.take() }

    /// Clients that wait.
    var waiterCount: Int { 1 + others.count }

    /// Whether a query asks the same in the same way, so that the answer serves both.
    func isSame(_ request: UnsafeRawBufferPointer, _ shape: RequestShape) -> Bool {
        guard shape.questionEnd == questionEnd, waiterCount < Limits.waiterCountMax else {
            return false
        }
        for offset in RequestShape.headerOctets..<questionEnd {
            let theirs = unsafe request[offset]
            let ours = unsafe wire[offset]
            if theirs == ours { continue }
            guard offset < questionEnd - 4, lowercased(theirs) == lowercased(ours) else {
                return false
            }
        }
        return true
    }

    /// The question as the first client spells it.
    private var firstSpelling: ArraySlice<UInt8> {
        guard question.isEmpty else { return question[...] }
        return unsafe Array(wire[RequestShape.headerOctets..<questionEnd])[...]
    }

    /// Gives each letter of the name a random case (draft-vixie-dnsext-dns0x20).
    func randomizeCase(_ random: inout RandomPool) {
        let wire = unsafe mutableWire
        unsafe question.append(contentsOf: wire[RequestShape.headerOctets..<questionEnd])
        var bits = random.next()
        var left = 64
        for offset in RequestShape.headerOctets..<(questionEnd - 4)
        where unsafe lowercased(wire[offset]) &- 0x61 < 26 {
            if left == 0 { (bits, left) = (random.next(), 64) }
            // A count of octets is below "A", hence no letter.
            unsafe wire[offset] = lowercased(wire[offset]) ^ (bits & 1 == 0 ? 0 : 0x20)
            bits >>= 1
            left -= 1
        }
    }

    /// Takes our OPT record off, for an upstream that doesn't know it.
    func dropEDNS() {
        guard hasOwnEDNS else { return }
        hasOwnEDNS = false
        wireCount -= RequestShape.emptyOPTOctets
        unsafe mutableWire[11] = 0
    }

    /// Forgets everything, but for the memory perhaps.
    func clear(keepsMemory: Bool) {
        unsafe owner = nil
        if first != nil { first = nil }
        key = nil
        position = 0
        passedOver = 0
        failedCount = 0
        attemptCount = 0
        wasSent = false
        isLastResort = false
        failoverCount = 0
        hasOwnEDNS = false
        setCapacity(Self.usualCapacity)
        if lastFailure != nil { lastFailure = nil }
        if held != nil { held = nil }
        guard keepsMemory else {
            others = []
            question = []
            order = []
            return
        }
        if !others.isEmpty { others.removeAll(keepingCapacity: true) }
        if !question.isEmpty { question.removeAll(keepingCapacity: true) }
    }
}
