import Glibc
import Registry

/// A thread that sleeps until somebody writes a registry's file, then tells.
///
/// It listens with inotify(7) to the file's directory. A store touches its file after each commit,
/// which wakes every other process at once. Programs that don't (a shell with `sqlite3`) only write
/// to the log beside the file, a moment before their commit can be seen: so it looks a few times
/// after each event, and not at once after those that only tell of the log.
final class DirectoryWatcher: @unchecked Sendable {
    // Sendable: the descriptors and closures never change after init; `thread` is only used by
    // init and stop().
    private let events: Int32
    private let stopReader: Int32
    private let stopWriter: Int32
    private let fileName: String
    private let look: @Sendable () -> Revision?
    private var thread: pthread_t = 0

    /// The milliseconds between looks where inotify has no room left for us.
    private static let fallback: Int32 = 25

    /// Starts listening.
    ///
    /// - Parameters:
    ///   - path: The path of the registry's file.
    ///   - look: Looks at the registry's revision and tells who waits for it; nil if it can't be
    ///     seen.
    init?(path: String, look: @escaping @Sendable () -> Revision?) {
        var ends: [Int32] = [0, 0]
        // SAFETY: the array has room for both descriptors.
        guard unsafe pipe(&ends) == 0 else { return nil }
        (stopReader, stopWriter) = (ends[0], ends[1])
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        fileName = DatabaseFile.name(of: path)
        self.look = look
        events = DirectoryWatcher.listen(to: DatabaseFile.directory(of: path))
        // SAFETY: the thread owns one reference to self, which it releases when it ends.
        let box = unsafe Unmanaged.passRetained(self)
        var handle = pthread_t()
        let code = unsafe pthread_create(
            &handle,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                let watcher = unsafe Unmanaged<DirectoryWatcher>.fromOpaque(context)
                    .takeRetainedValue()
                watcher.run()
                return nil
            },
            box.toOpaque()
        )
        guard code == 0 else {
            unsafe box.release()
            return nil
        }
        thread = handle
    }

    deinit {
        if events >= 0 { close(events) }
        close(stopReader)
        close(stopWriter)
    }

    /// Ends the thread and waits for its end; call it once.
    func stop() {
        var octet: UInt8 = 0
        // SAFETY: one octet is read from a variable of one; the join's result isn't asked for.
        _ = unsafe write(stopWriter, &octet, 1)
        pthread_join(thread, nil)
    }

    private static func listen(to directory: String) -> Int32 {
        let descriptor = inotify_init1(Int32(O_CLOEXEC | O_NONBLOCK))
        guard descriptor >= 0 else { return -1 }
        let mask = UInt32(IN_MODIFY) | UInt32(IN_ATTRIB) | UInt32(IN_CREATE) | UInt32(IN_MOVED_TO)
        // SAFETY: the path is terminated and valid for the call.
        guard unsafe inotify_add_watch(descriptor, directory, mask) >= 0 else {
            close(descriptor)
            return -1
        }
        return descriptor
    }

    private func run() {
        // What this thread saw itself: a write of this process that others have told of already
        // ends the looking, too.
        var seen = look()
        var plan = LookPlan(now: Self.now)
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            var polled = [
                pollfd(fd: stopReader, events: Int16(POLLIN), revents: 0),
                pollfd(fd: events, events: Int16(POLLIN), revents: 0),
            ]
            let timeout = events < 0 ? Self.fallback : plan.wait(now: Self.now)
            // SAFETY: the array holds as many entries as are named; poll ignores a negative one.
            let ready = unsafe poll(&polled, 2, timeout)
            if ready < 0, errno != EINTR { return }
            if polled[0].revents != 0 { return }
            if ready > 0 { plan.take(drain(&buffer), now: Self.now) }
            guard events < 0 || plan.isDue(now: Self.now) else { continue }
            let found = look()
            plan.looked(isNew: found != nil && found != seen, now: Self.now)
            seen = found ?? seen
            // Many writes in a row are taken together.
            let rest = plan.rest
            // SAFETY: the array's first entry alone is looked at.
            if rest > 0, unsafe poll(&polled, 1, rest) > 0 { return }
        }
    }

    /// Nanoseconds since some fixed moment.
    private static var now: UInt64 {
        var time = timespec()
        // SAFETY: the pointer is valid for the call.
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Reads all waiting events and tells the most important of them.
    ///
    /// - SeeAlso: inotify(7): `int wd; uint32_t mask, cookie, len; char name[len]`.
    private func drain(_ buffer: inout [UInt8]) -> LookPlan.News {
        var news = LookPlan.News.none
        while true {
            // SAFETY: the buffer has as many octets as are asked for.
            let count = unsafe read(events, &buffer, buffer.count)
            guard count > 0 else { return news }
            var start = 0
            while start + 16 <= count {
                let length = (0..<4).reduce(0) { $0 | Int(buffer[start + 12 + $1]) << (8 * $1) }
                let name = start + 16
                guard length >= 0, name + length <= count else { break }
                let text = buffer[name..<(name + length)].prefix { $0 != 0 }
                // An event without name is about the directory, or says that events were lost.
                if text.isEmpty || text.elementsEqual(fileName.utf8) {
                    news = .file
                } else if news == .none, text.starts(with: fileName.utf8) {
                    news = .log
                }
                start = name + length
            }
        }
    }
}
