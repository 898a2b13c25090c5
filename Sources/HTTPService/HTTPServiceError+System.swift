internal import Addresses
internal import Glibc

extension HTTPServiceError {
    /// What an error of the system means for who wants to listen.
    init(errno code: Int32, _ address: IPAddress, _ port: UInt16) {
        let place = HTTPServiceError.text(address, port)
        // SAFETY: the C library returns a terminated string that is valid until the next call.
        let reason = unsafe String(cString: strerror(code))
        let kind: Code
        let mend: String
        switch code {
        case EADDRINUSE:
            kind = .inUse
            mend =
                "end the other program (`ss -ltnp sport = :\(port)` names it), or take another"
                + " port"
        case EADDRNOTAVAIL, EAFNOSUPPORT:
            kind = .noSuchAddress
            mend = "take an address of this host (`ip address` lists them)"
        case EACCES, EPERM:
            kind = .notPermitted
            mend = "take a port from 1024 on, or give the program the capability net_bind_service"
        default:
            kind = .system
            mend = code == EMFILE || code == ENFILE ? "raise the limit of open files" : ""
        }
        self.init(
            code: kind,
            address: address,
            port: port,
            message: "cannot listen on tcp://\(place): \(reason)",
            mend: mend
        )
    }
}
