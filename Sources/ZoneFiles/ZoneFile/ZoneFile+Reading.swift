public import DNSWire
import Glibc

extension ZoneFile {
    /// Reads a zone from the text of a zone file.
    ///
    /// `$ORIGIN` and `$TTL` are followed; for `$INCLUDE` there are no files here. A record without
    /// TTL takes that of `$TTL`, else of the record before it, else the SOA minimum (RFC 2308 §4).
    ///
    /// - Parameters:
    ///   - octets: The text.
    ///   - file: The file's name for errors.
    ///   - origin: The zone's name; nil takes that of the SOA record.
    /// - Throws: `ZoneFileError` at the first mistake.
    public init(
        parsing octets: [UInt8],
        file: String,
        origin: Name? = nil
    ) throws(ZoneFileError) {
        try self.init(parsing: octets, file: file, origin: origin, files: .none)
    }

    private init(
        parsing octets: [UInt8],
        file: String,
        origin: Name?,
        files: IncludedFiles
    ) throws(ZoneFileError) {
        guard octets.count <= ZoneFileLimits.fileOctetsMax else {
            throw ZoneFileError(file: file, line: nil, problem: .tooLarge)
        }
        var parser = ZoneFileParser(octets: octets, file: file, origin: origin, files: files)
        let records = try parser.readRecords()
        try self.init(records: records, origin: origin, file: file)
        var seen: Set<String> = []
        includedFiles = parser.files.paths.filter { seen.insert($0).inserted }
    }

    /// Reads a zone from a file, and those that it includes.
    ///
    /// A relative path of `$INCLUDE` begins in the directory of the file that it stands in.
    ///
    /// - Parameters:
    ///   - path: Where the file is.
    ///   - origin: The zone's name; nil takes that of the SOA record.
    /// - Throws: `ZoneFileError` if the file cannot be read, or at the first mistake.
    public init(contentsOf path: String, origin: Name? = nil) throws(ZoneFileError) {
        let octets = try ZoneFile.readOctets(path)
        var files = IncludedFiles(read: ZoneFile.readOctets)
        files.octetCount = octets.count
        try self.init(parsing: octets, file: path, origin: origin, files: files)
    }

    /// Reads a file of bounded size.
    private static func readOctets(_ path: String) throws(ZoneFileError) -> [UInt8] {
        // Not blocking, or the open of a pipe without a writer would never return.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable(path) }
        defer { close(descriptor) }
        var octets: [UInt8] = []
        while octets.count <= ZoneFileLimits.fileOctetsMax {
            var isRead = false
            // SAFETY: `read` writes at most `buffer.count` octets; as many as it says are taken.
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
                let length = unsafe read(descriptor, buffer.baseAddress, buffer.count)
                isRead = length >= 0
                count = max(0, length)
            }
            guard isRead else { throw unreadable(path) }
            guard !chunk.isEmpty else { return octets }
            octets += chunk
        }
        throw ZoneFileError(file: path, line: nil, problem: .tooLarge)
    }

    /// The error of the system call that just failed.
    private static func unreadable(_ path: String) -> ZoneFileError {
        let code = errno
        var text: [CChar] = Array(repeating: 0, count: 128)
        // SAFETY: the text has the given length, and a terminating zero unless the call fails.
        let status = unsafe strerror_r(code, &text, text.count)
        let octets = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        let reason = status == 0 ? String(decoding: octets, as: UTF8.self) : "error \(code)"
        return ZoneFileError(file: path, line: nil, problem: .unreadable(reason))
    }
}
