internal import CLinuxNet
internal import Glibc

/// The descriptors that a loop waits for (`epoll(7)`), by tags that are handed out again.
final class Poll {
    private let descriptor: Int32
    private var handlers: [DatagramSocket?] = [nil]
    private var freeTags: [Int] = []
    private var events: [cln_event]

    init() throws(UpstreamFailure) {
        events = Array(repeating: cln_event(), count: Limits.readyCountMax)
        descriptor = cln_poll_open()
        guard descriptor >= 0 else { throw .system("epoll_create1", errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Watches a descriptor; tag 0 has no handler.
    func watch(_ watched: Int32, tag: Int) throws(UpstreamFailure) {
        let code = cln_poll_add(descriptor, watched, UInt64(tag))
        guard code == 0 else { throw .system("epoll_ctl", code) }
    }

    /// Watches a descriptor for its handler.
    func add(_ watched: Int32, _ handler: DatagramSocket) throws(UpstreamFailure) -> Int {
        let tag = freeTags.popLast() ?? handlers.count
        if tag == handlers.count { handlers.append(nil) }
        do throws(UpstreamFailure) {
            try watch(watched, tag: tag)
        } catch {
            freeTags.append(tag)
            throw error
        }
        handlers[tag] = handler
        return tag
    }

    /// Ends a watch.
    ///
    /// An event of it that was reported already finds no handler, or another
    /// socket's, which then has nothing to read.
    func remove(_ watched: Int32, tag: Int) {
        cln_poll_remove(descriptor, watched)
        handlers[tag] = nil
        freeTags.append(tag)
    }

    /// Waits; returns the number of descriptors that are readable.
    func wait(_ milliseconds: Int32) -> Int {
        let count = unsafe events.withUnsafeMutableBufferPointer { events in
            // SAFETY: the array has as many events as are asked for.
            unsafe cln_poll_wait(
                descriptor,
                events.baseAddress,
                Int32(Limits.readyCountMax),
                milliseconds
            )
        }
        return max(0, Int(count))
    }

    /// The handler of the descriptor at a position of the last wait; nil for the mailbox.
    func handler(_ position: Int) -> DatagramSocket? {
        handlers[Int(events[position].tag)]
    }
}
