extension Exchange {
    /// Takes a message with the identifier of an attempt, from where it was sent.
    ///
    /// - Parameters:
    ///   - attempt: The attempt.
    ///   - octets: The message.
    ///   - isCut: Whether the message was longer than what is kept of it.
    func received(
        _ attempt: Attempt,
        _ octets: UnsafeMutableRawBufferPointer,
        isCut: Bool
    ) {
        guard let group, let carrier = attempt.carrier else { return }
        let upstream = carrier.upstream
        let transport = carrier.transport
        let isDatagram = transport == .udp
        let reply = UnsafeRawBufferPointer(octets)
        let verdict = unsafe wire.withUnsafeBytes { query in
            unsafe match(
                reply,
                query: query,
                end: questionEnd,
                isExact: isDatagram && group.bounds.randomizesCase
            )
        }
        // A datagram that answers another question may be forged: the true answer may still come.
        if verdict == .differs, isDatagram {
            group.observer?.droppedStray(upstream.index)
            return
        }
        let serial = attempt.serial
        let sentAt = attempt.sentAt
        group.table.end(attempt)
        forget(serial)
        switch verdict {
        case .differs:
            gotBadReply(upstream, "\(transport) \(upstream.endpoint): reply to another question")
        case .differsInCase:
            group.observer?.droppedStray(upstream.index)
            turnToStream(upstream)
        case .isBareError where hasOwnEDNS:
            turnToPlain(upstream, over: transport)
        case .isBareError:
            gotBadReply(upstream, "\(transport) \(upstream.endpoint): reply without a question")
        case .answers:
            let age = group.table.now - sentAt
            unsafe take(octets, upstream, transport, age: age, isCut: isCut)
        }
    }

    /// Takes an answer to our question.
    private func take(
        _ octets: UnsafeMutableRawBufferPointer,
        _ upstream: Upstream,
        _ transport: UpstreamTransport,
        age: UInt64,
        isCut: Bool
    ) {
        guard let group else { return }
        let isTruncated = unsafe isCut || octets[2] & 0x02 != 0
        let reply = UnsafeRawBufferPointer(octets)
        guard let shape = unsafe ReplyShape(reply, from: questionEnd) else {
            guard isTruncated, transport == .udp else {
                gotBadReply(upstream, "\(transport) \(upstream.endpoint): malformed reply")
                return
            }
            upstream.answered(age: age, code: 0)
            unsafe takeTruncated(emptied(octets), upstream)
            return
        }
        upstream.answered(age: age, code: shape.code)
        let message = unsafe UnsafeMutableRawBufferPointer(rebasing: octets[..<shape.end])
        if hasOwnEDNS, !shape.hasEDNS, shape.code == 1 || shape.code == 4 {
            turnToPlain(upstream, over: transport)
        } else if isTruncated, transport == .udp {
            unsafe takeTruncated(message, upstream)
        } else if group.failsOver(shape.code), failoverCount + 1 < group.upstreams.count {
            held = (unsafe Array(message), upstream.index, transport)
            turnToNext()
        } else {
            unsafe deliver(message, shape, upstream.index, transport)
        }
    }

    /// Makes a message that was cut a truncated answer without records (RFC 2181 §9).
    private func emptied(
        _ octets: UnsafeMutableRawBufferPointer
    ) -> UnsafeMutableRawBufferPointer {
        unsafe octets[2] |= 0x02
        for offset in 6..<12 { unsafe octets[offset] = 0 }
        return unsafe UnsafeMutableRawBufferPointer(rebasing: octets[..<questionEnd])
    }

    private func takeTruncated(_ message: UnsafeMutableRawBufferPointer, _ upstream: Upstream) {
        guard let group else { return }
        if group.settings.retriesTruncated {
            held = (unsafe Array(message), upstream.index, .udp)
            turnToStream(upstream)
            return
        }
        guard let shape = unsafe ReplyShape(UnsafeRawBufferPointer(message), from: questionEnd)
        else {
            gotBadReply(upstream, "udp \(upstream.endpoint): malformed reply")
            return
        }
        unsafe deliver(message, shape, upstream.index, .udp)
    }

    /// Gives the answer that was held back.
    func deliver(held: (octets: [UInt8], upstream: Int, transport: UpstreamTransport)) {
        self.held = nil
        var octets = held.octets
        unsafe octets.withUnsafeMutableBytes { message in
            guard let shape = unsafe ReplyShape(UnsafeRawBufferPointer(message), from: questionEnd)
            else {
                finish(UpstreamFailure(.badReply, "malformed reply"))
                return
            }
            unsafe deliver(message, shape, held.upstream, held.transport)
        }
    }

    /// Gives everybody who waits the answer, each with identifier and spelling of his own.
    private func deliver(
        _ message: UnsafeMutableRawBufferPointer,
        _ shape: ReplyShape,
        _ upstream: Int,
        _ transport: UpstreamTransport
    ) {
        guard let group, let table = end() else { return }
        let additional = unsafe UnsafeRawBufferPointer(message).word(10)
        for position in waiters.indices {
            let waiter = waiters[position]
            var count = message.count
            unsafe message.set(word: waiter.id, at: 0)
            if waiter.question.isEmpty {
                unsafe write(firstSpelling, to: message)
            } else {
                unsafe write(waiter.question[...], to: message)
            }
            unsafe message.set(word: additional, at: 10)
            if !waiter.hasEDNS, let start = shape.trailingOPT {
                count = start
                unsafe message.set(word: additional - 1, at: 10)
            }
            let reply = unsafe UpstreamReply(
                octets: UnsafeRawBufferPointer(rebasing: message[..<count]),
                upstream: upstream,
                transport: transport,
                nanoseconds: table.now - waiter.startedAt,
                isShared: waiter.isShared
            )
            waiter.then(.reply(reply))
        }
        group.ended(self)
    }

    private func write(_ question: ArraySlice<UInt8>, to message: UnsafeMutableRawBufferPointer) {
        unsafe question.withUnsafeBytes { octets in
            let end = RequestShape.headerOctets + octets.count
            unsafe UnsafeMutableRawBufferPointer(
                rebasing: message[RequestShape.headerOctets..<end]
            ).copyMemory(from: octets)
        }
    }

    /// Ends without an answer, unless one was held back.
    func finish(_ failure: UpstreamFailure) {
        if let held {
            deliver(held: held)
            return
        }
        guard let group, end() != nil else { return }
        for position in waiters.indices {
            let waiter = waiters[position]
            waiter.then(.failure(failure))
        }
        group.ended(self)
    }

    /// Stops everything that is still under way for this question.
    private func end() -> ExchangeTable? {
        guard let group else { return nil }
        group.forget(self)
        let table = group.table
        if let hedgeTimer { table.loop.cancelTimer(hedgeTimer) }
        hedgeTimer = nil
        for side in [early, late] {
            guard let side, side.attempt.serial == side.serial else { continue }
            table.end(side.attempt)
        }
        early = nil
        late = nil
        return table
    }
}
