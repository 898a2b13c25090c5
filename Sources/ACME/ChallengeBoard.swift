internal import Synchronization

/// The texts that CAs look for at the moment, by the name of their TXT record (RFC 8555 §8.4).
///
/// Whoever answers queries reads it; ``isEmpty`` costs one load while no certificate is ordered.
public final class ChallengeBoard: Sendable {
    private let count = Atomic<Int>(0)
    private let texts = Mutex<[String: [String]]>([:])

    /// Creates an empty board.
    public init() {}

    /// Whether there is nothing on it.
    public var isEmpty: Bool { count.load(ordering: .relaxed) == 0 }

    /// The texts of a name, which is in lower case and has no dot at its end.
    public func texts(at name: String) -> [String] { texts.withLock { $0[name] ?? [] } }

    /// Puts a text on the board; the same text may be put there twice.
    public func publish(_ text: String, at name: String) {
        texts.withLock { $0[name, default: []].append(text) }
        count.add(1, ordering: .relaxed)
    }

    /// Takes a text off the board.
    public func withdraw(_ text: String, at name: String) {
        let isFound = texts.withLock { texts in
            guard let index = texts[name]?.firstIndex(of: text) else { return false }
            texts[name]?.remove(at: index)
            if texts[name]?.isEmpty == true { texts[name] = nil }
            return true
        }
        if isFound { count.subtract(1, ordering: .relaxed) }
    }
}
