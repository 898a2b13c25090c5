/// When certificates are got anew.
enum RenewalSchedule {
    /// When a certificate is to be renewed: when two thirds of its time are over.
    static func renewal(of certificate: StoredCertificate) -> Int {
        let life = max(0, certificate.end - certificate.start)
        return certificate.start + life / 3 * 2
    }

    /// Seconds until the next attempt: doubled with each failure, up to six hours, and a quarter
    /// more or less, so that many servers don't come at once.
    ///
    /// - Parameters:
    ///   - failures: How often it has failed, from 1.
    ///   - retryAfter: What the CA says of it; it isn't asked before.
    ///   - random: A number from 0 to 1.
    /// - Returns: The seconds.
    static func delay(failures: Int, retryAfter: Int?, random: Double) -> Int {
        let range = Limits.retrySeconds
        let doublings = min(max(0, failures - 1), 20)
        let delay = min(range.lowerBound << doublings, range.upperBound)
        let spread = Double(delay) * (0.75 + 0.5 * min(max(random, 0), 1))
        let wanted = min(max(0, retryAfter ?? 0), Limits.retryAfterSecondsMax)
        return max(Int(spread), wanted)
    }
}
