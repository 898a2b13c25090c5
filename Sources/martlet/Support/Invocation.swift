import Glibc

/// How the program was called.
enum Invocation {
    /// The arguments to parse: called as `coredns`, the program is `martlet serve`, and reads the
    /// Corefile of the current directory unless told otherwise, as CoreDNS does.
    static func arguments(_ words: [String]) -> [String] {
        let rest = Array(words.dropFirst())
        guard let program = words.first?.split(separator: "/").last, program == "coredns" else {
            return rest
        }
        let flags = ["-conf", "--conf", "--config"]
        let names = rest.map { $0.split(separator: "=").first.map(String.init) ?? $0 }
        guard !names.contains(where: flags.contains), unsafe access("Corefile", F_OK) == 0 else {
            return ["serve"] + rest
        }
        return ["serve", "--conf", "Corefile"] + rest
    }
}
