internal import Glibc
internal import Synchronization

/// Gets certificates and renews them, for as long as it runs; whoever serves with them reads the
/// files.
public final class CertificateKeeper: Sendable {
    private let settings: ACMESettings
    private let storage: CertificateStorage
    private let board: ChallengeBoard
    private let ledger: AttemptLedger
    private let lookup: ACMELookup?
    private let report: @Sendable (KeeperEvent) -> Void
    private let task = Mutex<Task<Void, Never>?>(nil)

    /// Prepares; nothing is read or asked yet.
    ///
    /// - Parameters:
    ///   - settings: The names, and who signs for them.
    ///   - board: Where the texts go that the CA looks for.
    ///   - ledger: The attempts that failed.
    ///   - lookup: Finds the CA's addresses; nil leaves that to the system.
    ///   - report: Called with what people are to know; it must not wait.
    public init(
        _ settings: ACMESettings,
        board: ChallengeBoard,
        ledger: AttemptLedger,
        lookup: ACMELookup?,
        report: @escaping @Sendable (KeeperEvent) -> Void
    ) {
        self.settings = settings
        storage = CertificateStorage(settings)
        self.board = board
        self.ledger = ledger
        self.lookup = lookup
        self.report = report
    }

    /// Begins, beside the caller.
    public func start() {
        task.withLock { task in
            task = task ?? Task(priority: .utility) { [self] in await run() }
        }
    }

    /// Ends; an order on its way is left alone.
    public func stop() {
        task.withLock { task in
            task?.cancel()
            task = nil
        }
    }

    private func run() async {
        for name in settings.names { tell(name) }
        while !Task.isCancelled {
            var next = CertificateKeeper.now + Limits.restSeconds
            for name in settings.names {
                if due(name) <= CertificateKeeper.now { await renew(name) }
                next = min(next, due(name))
            }
            // Fails only when the task is cancelled.
            try? await Task.sleep(for: .seconds(max(1, next - CertificateKeeper.now)))
        }
    }

    /// Tells what is there at the start.
    private func tell(_ name: ManagedName) {
        do throws(ACMEError) {
            if let certificate = try storage.certificate(of: name) {
                let renewal = RenewalSchedule.renewal(of: certificate)
                report(.found(name, renewalSeconds: max(0, renewal - CertificateKeeper.now)))
            } else {
                report(.missing(name, ca: settings.ca))
            }
        } catch {
            report(.damaged(error))
        }
    }

    /// When a certificate is to be got, in seconds since 1970.
    private func due(_ name: ManagedName) -> Int {
        if let next = ledger.next(storage.certificateFile(of: name)) { return next }
        // What can't be read is got anew, or fails where it would be written.
        guard let certificate = try? storage.certificate(of: name) else { return 0 }
        return RenewalSchedule.renewal(of: certificate)
    }

    private func renew(_ name: ManagedName) async {
        let file = storage.certificateFile(of: name)
        do throws(ACMEError) {
            let renewal = RenewalSchedule.renewal(of: try await obtain(name))
            let seconds = renewal - CertificateKeeper.now
            guard seconds > 0 else {
                throw ACMEError(
                    .credentials,
                    "the certificate that came is to be renewed already",
                    mend: "check the clock of this host"
                )
            }
            ledger.succeed(file)
            report(.obtained(name, renewalSeconds: seconds))
        } catch {
            guard error.code != .cancelled, !Task.isCancelled else { return }
            let seconds = ledger.fail(file, error, now: CertificateKeeper.now)
            report(.failed(name, error, retrySeconds: seconds))
        }
    }

    private func obtain(_ name: ManagedName) async throws(ACMEError) -> StoredCertificate {
        try storage.prepare()
        let lock = try await lock()
        defer { lock.release() }
        // Somebody else who uses the storage may have been first.
        if let certificate = try? storage.certificate(of: name),
            RenewalSchedule.renewal(of: certificate) > CertificateKeeper.now
        {
            return certificate
        }
        let client = HTTPClient(authorities: settings.authorities, lookup: lookup)
        let result: Result<StoredCertificate, ACMEError>
        do throws(ACMEError) {
            result = .success(try await order(name, client))
        } catch {
            result = .failure(error)
        }
        await client.end()
        return try result.get()
    }

    private func order(
        _ name: ManagedName,
        _ client: HTTPClient
    ) async throws(ACMEError) -> StoredCertificate {
        let account = try storage.accountKey()
        var session = try await Session(client, settings.ca, key: account)
        try await session.enter(contact: settings.email)
        // Each certificate has a key of its own: one that leaked is of no use after the renewal.
        let key = try SigningKey()
        let chain = try await session.obtain(name, key: key, board: board)
        return try storage.keep(chain, key, of: name)
    }

    private func lock() async throws(ACMEError) -> StorageLock {
        while true {
            if let lock = try StorageLock(storage.directory) { return lock }
            do {
                try await Task.sleep(for: .seconds(Limits.lockSeconds))
            } catch {
                throw .cancelled
            }
        }
    }

    /// The seconds since 1970.
    private static var now: Int { Glibc.time(nil) }
}
