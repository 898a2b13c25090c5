extension Exchange {
    /// Asks the next upstream, or ends if there is nothing left to try.
    ///
    /// The order of the checks is that of CoreDNS' `forward`.
    func advance() {
        if let group { advance(in: group) }
    }

    /// The same, in the group that is asked.
    func advance(in group: GroupCore) {
        let table = group.table
        let count = group.upstreams.count
        while table.now < deadline, mayTry(group) {
            if position >= order.count {
                position = 0
                passedOver = 0
            }
            var upstream = group.upstreams[order[position]]
            position += 1
            if !upstream.isUsable(table.now) {
                passedOver += 1
                if passedOver < count { continue }
                group.observer?.foundAllDown()
                if group.settings.failsFastWhenAllAreDown {
                    lastFailure = .noHealthyUpstream
                    break
                }
                // Perhaps it is the health check that is broken.
                isLastResort = true
                upstream = group.upstreams[table.random.next(below: count)]
            }
            do throws(UpstreamFailure) {
                try ask(upstream, over: transport, in: group)
                return
            } catch {
                note(error, upstream)
                if isLastResort { break }
            }
        }
        if !wasSent { tell(group) }
        finish(lastFailure ?? timeout(group))
    }

    /// Tells other threads that this question failed without anybody having been asked.
    private func tell(_ group: GroupCore) {
        switch lastFailure?.kind {
        case .overloaded where isLastResort: group.refuse(.allDown)
        // Another upstream may have room, and this question may not try so many.
        case .overloaded where failedCount >= group.upstreams.count: group.refuse(.overloaded)
        case .noHealthyUpstream: group.refuse(.noHealthyUpstream)
        default: break
        }
    }

    private func mayTry(_ group: GroupCore) -> Bool {
        guard attemptCount < Limits.attemptsPerExchangeMax else { return false }
        let bound = group.bounds.maxAttempts
        return bound == 0 || failedCount < bound
    }

    private func timeout(_ group: GroupCore) -> UpstreamFailure {
        let names = group.settings.endpoints.map(\.description).joined(separator: ", ")
        return UpstreamFailure(.timeout, "\(names): i/o timeout")
    }

    /// Sends the query to an upstream.
    private func ask(
        _ upstream: Upstream,
        over transport: UpstreamTransport,
        in group: GroupCore
    ) throws(UpstreamFailure) {
        attemptCount += 1
        if upstream.isPlain(group.table.now) { dropEDNS() }
        let attempt = try upstream.ask(self, over: transport)
        wasSent = true
        if early == nil {
            early = (upstream.index, attempt)
        } else {
            // It takes the place of the late attempt, which has ended or has no time left.
            if let late { group.table.end(late.attempt) }
            late = (upstream.index, attempt)
        }
        guard group.bounds.hedges, hedgeTimer == nil, late == nil, attemptCount == 1 else { return }
        let delay = max(upstream.roundTrip.late, Limits.hedgeDelayMin.nanoseconds)
        hedgeTimer = group.table.loop.schedule(after: .nanoseconds(Int64(clamping: delay))) {
            self.hedge()
        }
    }

    /// Sends the query to the same upstream again: over a stream, or without EDNS.
    private func askAgain(_ upstream: Upstream, over transport: UpstreamTransport) {
        do throws(UpstreamFailure) {
            guard attemptCount < Limits.attemptsPerExchangeMax, let group,
                group.table.now < deadline
            else { throw lastFailure ?? UpstreamFailure(.timeout, "\(upstream.endpoint): late") }
            try ask(upstream, over: transport, in: group)
        } catch {
            note(error, upstream)
            proceed()
        }
    }

    /// Asks a second upstream, as the first is late.
    func hedge() {
        hedgeTimer = nil
        guard let group, late == nil, let early, group.takeHedge() else { return }
        let now = group.table.now
        for index in order where index != early.upstream {
            let upstream = group.upstreams[index]
            guard upstream.isUsable(now) else { continue }
            attemptCount += 1
            guard let attempt = try? upstream.ask(self, over: transport) else { continue }
            late = (index, attempt)
            group.observer?.hedged(index)
            return
        }
    }

    /// Notes that an attempt failed, and goes on.
    func failed(
        _ attempt: Attempt,
        _ upstream: Upstream,
        _ failure: UpstreamFailure,
        canReconnect: Bool
    ) {
        forget(attempt)
        if canReconnect {
            // The connection was stale, which says nothing about the upstream.
            askAgain(upstream, over: .tcp)
            return
        }
        upstream.attemptFailed()
        note(failure, upstream)
        proceed()
    }

    private func note(_ failure: UpstreamFailure, _ upstream: Upstream) {
        failedCount += 1
        lastFailure = failure
        group?.observer?.failed(upstream.index, failure)
    }

    /// Goes on after a failure: waits for the other attempt, gives the held answer, or tries on.
    private func proceed() {
        if early != nil || late != nil { return }
        if let held, failoverCount == 0 {
            // The answer was truncated, and its upstream's stream gave no better one.
            deliver(held: held)
        } else if isLastResort {
            finish(lastFailure ?? .noHealthyUpstream)
        } else {
            advance()
        }
    }

    /// Forgets an attempt that has ended.
    func forget(_ attempt: Attempt) {
        if early?.attempt.serial == attempt.serial { early = nil }
        if late?.attempt.serial == attempt.serial { late = nil }
    }

    /// Asks again over a stream because the datagram won't do.
    func turnToStream(_ upstream: Upstream) {
        askAgain(upstream, over: .tcp)
    }

    /// Asks again without EDNS because the upstream doesn't know it.
    func turnToPlain(_ upstream: Upstream, over transport: UpstreamTransport) {
        upstream.refusedEDNS()
        dropEDNS()
        askAgain(upstream, over: transport)
    }

    /// Goes to the next upstream because of an answer's code.
    func turnToNext() {
        failoverCount += 1
        if early == nil, late == nil { advance() }
    }

    /// Counts an answer that is none.
    func gotBadReply(_ upstream: Upstream, _ text: String) {
        upstream.attemptFailed()
        note(UpstreamFailure(.badReply, text), upstream)
        proceed()
    }
}
