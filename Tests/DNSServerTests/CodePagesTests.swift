import CLinuxNet
import Glibc
import TestSupport
import Testing

@Suite("Pages of the program's code")
struct CodePagesTests {
    @Test func `go, and come back when they are used`() throws {
        let asked = cln_forget_code()
        // Servers of other tests let go of it, too, and threads need it again meanwhile.
        try eventually("less is in memory") {
            let before = try Self.residentCode()
            #expect(cln_forget_code() == asked)
            return try Self.residentCode() < before && before <= asked
        }
        // The code is still what it was.
        #expect((1...100).reduce(0, +) == 5_050)
    }

    private struct NoMap: Error {}

    /// Octets of the program's own code that are in memory: proc_pid_smaps(5).
    private static func residentCode() throws -> Int {
        guard let file = unsafe fopen("/proc/self/smaps", "re") else {
            throw NoMap()
        }
        defer { unsafe fclose(file) }
        var line = [CChar](repeating: 0, count: 4_096)
        var program: String?
        var (isCode, sum) = (false, 0)
        while unsafe fgets(&line, Int32(line.count), file) != nil {
            let text = String(
                decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
            let words = text.split { $0 == " " || $0 == "\n" }
            if words.count >= 5, words[0].contains("-") {
                // The program is mapped first.
                if program == nil { program = words.last.map(String.init) }
                isCode = words[1] == "r-xp" && words.last.map(String.init) == program
            } else if isCode, words.first == "Rss:", words.count == 3 {
                sum += (Int(words[1]) ?? 0) * 1_024
            }
        }
        return sum
    }
}
