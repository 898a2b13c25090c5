internal import CPCRE2
internal import Glibc

/// The memory that a thread matches patterns with, made once per thread.
///
/// Never shared: each thread has its own, and frees it when it ends.
@safe
final class MatchScratch {
    /// Counts start positions, and notices when a match takes too long.
    ///
    /// PCRE2's own bound on steps holds for one start position; the patterns begin with a callout,
    /// which runs at every start position and bounds their sum by time.
    struct Watch {
        static let positionsPerLook: UInt32 = 4
        var positions: UInt32 = 0
        var started: UInt64 = 0
    }

    let data: OpaquePointer
    let context: OpaquePointer
    private let watch: UnsafeMutablePointer<Watch>

    private init?() {
        // SAFETY: each is freed in deinit, or here when another could not be made.
        let data = unsafe pcre2_match_data_create_8(UInt32(Limits.patternGroupsMax) + 1, nil)
        let context = unsafe pcre2_match_context_create_8(nil)
        guard let data = unsafe data, let context = unsafe context else {
            unsafe pcre2_match_data_free_8(data)
            unsafe pcre2_match_context_free_8(context)
            return nil
        }
        unsafe self.data = data
        unsafe self.context = context
        unsafe watch = .allocate(capacity: 1)
        unsafe watch.initialize(to: Watch())
        unsafe _ = pcre2_set_match_limit_8(context, Limits.matchStepsMax)
        unsafe _ = pcre2_set_heap_limit_8(context, Limits.matchMemoryKibibytesMax)
        unsafe _ = pcre2_set_callout_8(
            context,
            { _, data in unsafe MatchScratch.look(data) },
            watch
        )
    }

    deinit {
        // SAFETY: made in init, used by this thread alone, which is done with them.
        unsafe pcre2_match_data_free_8(data)
        unsafe pcre2_match_context_free_8(context)
        unsafe watch.deallocate()
    }

    /// Starts to count for a new match.
    func start() {
        unsafe watch.pointee = Watch()
    }

    /// The bounds of the groups of the last match, in octets; -1 for a group that took no part.
    func bounds(groups count: Int) -> [Int] {
        // SAFETY: the data has room for `Limits.patternGroupsMax` + 1 pairs.
        let pairs = unsafe pcre2_get_ovector_pointer_8(data)
        return (0..<(2 * count)).map { index in
            guard let pairs = unsafe pairs, unsafe pairs[index] <= Limits.subjectOctetsMax else {
                return -1
            }
            return unsafe Int(pairs[index])
        }
    }

    private static func look(_ data: UnsafeMutableRawPointer?) -> Int32 {
        // SAFETY: PCRE2 passes what `init` gave it, during a match of this thread.
        guard let watch = unsafe data?.assumingMemoryBound(to: Watch.self) else { return 0 }
        unsafe watch.pointee.positions += 1
        guard unsafe watch.pointee.positions % Watch.positionsPerLook == 0 else { return 0 }
        var time = timespec()
        unsafe _ = clock_gettime(CLOCK_MONOTONIC, &time)
        let now = UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
        if unsafe watch.pointee.started == 0 {
            unsafe watch.pointee.started = now
            return 0
        }
        let isLate = unsafe now - watch.pointee.started > Limits.matchNanosecondsMax
        return isLate ? PCRE2_ERROR_CALLOUT : 0
    }

    /// The key of the threads' scratches; its destructor frees a thread's when the thread ends.
    private static let key: pthread_key_t? = {
        var key = pthread_key_t()
        let status = unsafe pthread_key_create(&key) { pointer in
            guard let pointer = unsafe pointer else { return }
            // SAFETY: the value is what `current` stored: one retained scratch.
            unsafe Unmanaged<MatchScratch>.fromOpaque(pointer).release()
        }
        return status == 0 ? key : nil
    }()

    /// The calling thread's scratch, made when it is first asked for.
    static var current: MatchScratch? {
        guard let key else { return nil }
        if let stored = unsafe pthread_getspecific(key) {
            // SAFETY: the thread's value is a scratch that stays retained until the thread ends.
            return unsafe Unmanaged<MatchScratch>.fromOpaque(stored).takeUnretainedValue()
        }
        guard let made = MatchScratch() else { return nil }
        let retained = unsafe Unmanaged.passRetained(made)
        guard unsafe pthread_setspecific(key, retained.toOpaque()) == 0 else {
            unsafe retained.release()
            return nil
        }
        return made
    }
}
