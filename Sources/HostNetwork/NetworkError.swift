import Glibc

/// The reason why the system refused something about links, addresses or namespaces.
public struct NetworkError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was to be done, such as `make the bridge martlet0`.
    public var task: String
    /// The system's error number; 0 if the trouble isn't the system's.
    public var code: Int32
    /// What else is known: the kernel's own words, or the mend.
    public var detail: String

    /// Creates an error.
    public init(_ task: String, code: Int32 = 0, detail: String = "") {
        self.task = task
        self.code = code
        self.detail = detail
    }

    /// Whether a privilege is missing.
    public var isPermission: Bool { code == EPERM || code == EACCES }

    /// What is wrong, as one sentence.
    public var description: String {
        if code == 0 { return detail.isEmpty ? "cannot \(task)" : detail }
        // SAFETY: the text is copied before another call on this thread can change it.
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        return "cannot \(task): \(reason)" + (detail.isEmpty ? "" : " (\(detail))")
    }
}
