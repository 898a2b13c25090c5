extension Exchange {
    /// Takes a message with the identifier of an attempt, from where it was sent.
    ///
    /// - Parameters:
    ///   - attempt: The attempt, which is under way.
    ///   - carrier: What it travels on.
    ///   - octets: The message.
    ///   - isCut: Whether the message was longer than what is kept of it.
    ///   - group: The group that is asked.
    func received(
        _ attempt: Attempt,
        on carrier: Carrier,
        _ octets: UnsafeMutableRawBufferPointer,
        isCut: Bool,
        in group: GroupCore
    ) {
        let upstream = carrier.upstream
        let transport = carrier.transport
        let isDatagram = transport == .udp
        let reply = UnsafeRawBufferPointer(octets)
        let verdict = unsafe match(
            reply,
            query: wire,
            end: questionEnd,
            isExact: isDatagram && group.bounds.randomizesCase
        )
        // A datagram that answers another question may be forged: the true answer may still come.
        if verdict == .differs, isDatagram {
            group.observer?.droppedStray(upstream.index)
            return
        }
        let sentAt = group.table.sentAt(attempt)
        group.table.end(attempt)
        forget(attempt)
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
            unsafe take(octets, upstream, transport, age: age, isCut: isCut, in: group)
        }
    }

    /// Takes an answer to our question.
    private func take(
        _ octets: UnsafeMutableRawBufferPointer,
        _ upstream: Upstream,
        _ transport: UpstreamTransport,
        age: UInt64,
        isCut: Bool,
        in group: GroupCore
    ) {
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
            unsafe deliver(message, shape, upstream.index, transport, in: group)
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
        unsafe deliver(message, shape, upstream.index, .udp, in: group)
    }

    /// Gives the answer that was held back.
    func deliver(held: (octets: [UInt8], upstream: Int, transport: UpstreamTransport)) {
        self.held = nil
        guard let group else { return }
        var octets = held.octets
        unsafe octets.withUnsafeMutableBytes { message in
            guard let shape = unsafe ReplyShape(UnsafeRawBufferPointer(message), from: questionEnd)
            else {
                finish(UpstreamFailure(.badReply, "malformed reply"))
                return
            }
            unsafe deliver(message, shape, held.upstream, held.transport, in: group)
        }
    }

    /// Gives everybody who waits the answer, each with identifier and spelling of his own.
    private func deliver(
        _ message: UnsafeMutableRawBufferPointer,
        _ shape: ReplyShape,
        _ upstream: Int,
        _ transport: UpstreamTransport,
        in group: GroupCore
    ) {
        guard end(in: group), let first = takeFirst() else { return }
        let sink = unsafe ReplySink(
            message: message,
            shape: shape,
            upstream: upstream,
            transport: transport,
            now: group.table.now
        )
        unsafe writeFirstSpelling(message)
        sink.send(to: first)
        for waiter in others {
            if waiter.question.isEmpty {
                unsafe writeFirstSpelling(message)
            } else {
                unsafe waiter.question.withUnsafeBytes { unsafe Self.write($0, to: message) }
            }
            sink.send(to: waiter)
        }
        group.ended(self)
    }

    private func writeFirstSpelling(_ message: UnsafeMutableRawBufferPointer) {
        guard question.isEmpty else {
            unsafe question.withUnsafeBytes { unsafe Self.write($0, to: message) }
            return
        }
        let range = RequestShape.headerOctets..<questionEnd
        unsafe Self.write(UnsafeRawBufferPointer(rebasing: wire[range]), to: message)
    }

    private static func write(
        _ question: UnsafeRawBufferPointer,
        to message: UnsafeMutableRawBufferPointer
    ) {
        let end = RequestShape.headerOctets + question.count
        unsafe UnsafeMutableRawBufferPointer(
            rebasing: message[RequestShape.headerOctets..<end]
        ).copyMemory(from: question)
    }

    /// Ends without an answer, unless one was held back.
    func finish(_ failure: UpstreamFailure) {
        if let held {
            deliver(held: held)
            return
        }
        guard let group, end(in: group) else { return }
        first?.asker.take(.failure(failure))
        for waiter in others { waiter.asker.take(.failure(failure)) }
        group.ended(self)
    }

    /// Stops everything that is still under way for this question; false if it is in stock.
    private func end(in group: GroupCore) -> Bool {
        guard unsafe owner != nil else { return false }
        group.forget(self)
        let table = group.table
        if let hedgeTimer {
            table.loop.cancelTimer(hedgeTimer)
            self.hedgeTimer = nil
        }
        if let early {
            table.end(early.attempt)
            self.early = nil
        }
        if let late {
            table.end(late.attempt)
            self.late = nil
        }
        return true
    }
}

/// An answer, ready to be given to one client after the other.
@safe
private struct ReplySink {
    let message: UnsafeMutableRawBufferPointer
    let shape: ReplyShape
    let upstream: Int
    let transport: UpstreamTransport
    let now: UInt64

    /// Gives a client the answer with its identifier, and without EDNS if it doesn't know that.
    func send(to waiter: Exchange.Waiter) {
        var count = unsafe message.count
        unsafe message.set(word: waiter.id, at: 0)
        unsafe message.set(word: shape.additionalCount, at: 10)
        if !waiter.hasEDNS, let start = shape.optStart {
            // Records behind OPT go with it: their names may point at what would move.
            count = start
            unsafe message.set(word: shape.countBeforeOPT, at: 10)
        }
        let reply = unsafe UpstreamReply(
            octets: UnsafeRawBufferPointer(rebasing: message[..<count]),
            upstream: upstream,
            transport: transport,
            nanoseconds: now - waiter.startedAt,
            isShared: waiter.isShared
        )
        waiter.asker.take(.reply(reply))
    }
}
