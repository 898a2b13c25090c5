/// Something that the proxy has done or met, for its log.
public enum ProxyReport: Sendable, Equatable {
    /// All rules are in the kernel.
    case synced(services: Int, elements: Int, seconds: Double, isReplacement: Bool)
    /// A change is in the kernel.
    case changed(services: Int, elements: Int, seconds: Double)
    /// UDP flows to endpoints that are gone were forgotten.
    case forgotFlows(Int)
    /// Something is not as it should be, and what mends it.
    case warning(String)
    /// Something failed, and is tried again.
    case failure(String)
}

extension ProxyReport: CustomStringConvertible {
    /// The report as a line of a log.
    public var description: String {
        switch self {
        case .synced(let services, let elements, let seconds, let isReplacement):
            let how = isReplacement ? "set" : "checked"
            return "[INFO] rules of \(services) services (\(elements) elements) \(how)"
                + " in \(ProxyReport.milliseconds(seconds))"
        case .changed(let services, let elements, let seconds):
            return "[INFO] \(services) services changed (\(elements) elements)"
                + " in \(ProxyReport.milliseconds(seconds))"
        case .forgotFlows(let count):
            return "[INFO] \(count) UDP flows to endpoints that are gone were forgotten"
        case .warning(let text): return "[WARNING] \(text)"
        case .failure(let text): return "[ERROR] \(text)"
        }
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let tenths = Int(seconds * 10_000)
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
