internal import CPCRE2

/// A compiled pattern of PCRE2.
///
/// Sendable, because PCRE2 doesn't write to compiled code after compiling it, and matching reads it
/// only: "thread-safe" by pcre2api(3), MULTITHREADING. Freed when the last reference goes.
@safe
final class PatternCode: @unchecked Sendable {
    /// A PCRE2 error: its number, text and the offset in the pattern.
    struct Failure: Error {
        let code: Int32
        let message: String
        let offset: Int
    }

    private static let options =
        PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_ALT_CIRCUMFLEX
        | PCRE2_NEVER_BACKSLASH_C

    private let code: OpaquePointer

    /// Compiles a pattern, to machine code where the system lets us.
    init(_ pattern: String) throws(Failure) {
        // SAFETY: the context is freed below and used by nothing else.
        let context = unsafe pcre2_compile_context_create_8(nil)
        defer { unsafe pcre2_compile_context_free_8(context) }
        if unsafe context != nil {
            unsafe _ = pcre2_set_newline_8(context, UInt32(PCRE2_NEWLINE_LF))
            unsafe _ = pcre2_set_parens_nest_limit_8(context, Limits.patternNestingMax)
        }
        let octets = Array(pattern.utf8)
        var error: Int32 = 0
        var offset = 0
        // SAFETY: PCRE2 reads the octets during the call only.
        let compiled = unsafe octets.withUnsafeBufferPointer { buffer in
            unsafe pcre2_compile_8(
                buffer.baseAddress,
                buffer.count,
                PatternCode.options,
                &error,
                &offset,
                context
            )
        }
        guard let compiled = unsafe compiled else {
            throw Failure(code: error, message: PatternCode.message(of: error), offset: offset)
        }
        unsafe code = compiled
        // Without permission for executable memory this fails, and the interpreter serves.
        unsafe _ = pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE)
    }

    deinit {
        // SAFETY: the last reference is gone, so no match is running.
        unsafe pcre2_code_free_8(code)
    }

    /// Matches on a thread's scratch memory; the groups are in the scratch when true is returned.
    func match(
        _ subject: UnsafeBufferPointer<UInt8>,
        in scratch: MatchScratch
    ) throws(PatternFailure) -> Bool {
        guard subject.count <= Limits.subjectOctetsMax else { throw .subjectTooLong }
        scratch.start()
        var result = unsafe attempt(subject, options: 0, in: scratch)
        if result == PCRE2_ERROR_JIT_STACKLIMIT {
            // Machine code has a small stack; the interpreter keeps its own, bounded, on the heap.
            unsafe result = attempt(subject, options: PCRE2_NO_JIT, in: scratch)
        }
        switch result {
        case 0...: return true
        case PCRE2_ERROR_NOMATCH: return false
        case PCRE2_ERROR_MATCHLIMIT, PCRE2_ERROR_DEPTHLIMIT, PCRE2_ERROR_HEAPLIMIT,
            PCRE2_ERROR_CALLOUT:
            throw .tooCostly
        case PCRE2_ERROR_NOMEMORY: throw .outOfMemory
        default: throw .engine(result)
        }
    }

    private func attempt(
        _ subject: UnsafeBufferPointer<UInt8>,
        options: UInt32,
        in scratch: MatchScratch
    ) -> Int32 {
        // SAFETY: subject, code and scratch outlive the call; the scratch is this thread's alone.
        // An
        // empty subject has no address, so it gets one that PCRE2 doesn't read from.
        let empty: [UInt8] = []
        return unsafe empty.withUnsafeBufferPointer { fallback in
            unsafe pcre2_match_8(
                code,
                subject.baseAddress ?? fallback.baseAddress,
                subject.count,
                0,
                options,
                scratch.data,
                scratch.context
            )
        }
    }

    private static func message(of code: Int32) -> String {
        let text: [UInt8] = unsafe Array(unsafeUninitializedCapacity: 256) { buffer, count in
            // SAFETY: PCRE2 writes at most the octets that the buffer has.
            let length = unsafe pcre2_get_error_message_8(code, buffer.baseAddress, buffer.count)
            count = max(0, Int(length))
        }
        return String(decoding: text, as: UTF8.self)
    }
}
