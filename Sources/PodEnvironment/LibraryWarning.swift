internal import Addresses

/// A part of a resolver configuration that a C library would ignore or change.
public struct LibraryWarning: Sendable, Hashable, CustomStringConvertible {
    /// A C library with a resolver of its own.
    public enum Library: String, Sendable, Hashable, CaseIterable {
        /// The GNU C library.
        case glibc
        /// The musl C library, which Alpine images use.
        case musl
    }

    /// The library.
    public var library: Library
    /// What the library does, and the mend where there is one.
    public var message: String

    /// The library and what it does.
    public var description: String { "\(library.rawValue) \(message)" }
}

extension ResolverConfiguration {
    /// What glibc and musl would ignore or change (glibc `res_init.c`, musl `resolvconf.c`).
    public var libraryWarnings: [LibraryWarning] {
        LibraryWarning.Library.allCases.flatMap { library in
            (nameserverMessages + searchMessages(library) + optionMessages(library))
                .map { LibraryWarning(library: library, message: $0) }
        }
    }

    private var nameserverMessages: [String] {
        var messages: [String] = []
        if nameservers.count > Limits.nameserverCountMax {
            let ignored = nameservers.dropFirst(Limits.nameserverCountMax)
            messages.append(
                "asks only the first \(Limits.nameserverCountMax) name servers: ignores"
                    + " \(ignored.joined(separator: ", "))"
            )
        }
        for server in nameservers where !ResolverConfiguration.isAddress(server) {
            messages.append("ignores the name server '\(server)', which is not an address")
        }
        return messages
    }

    /// Whether both libraries take `text` for an address; an IPv6 scope (`%eth0`) is allowed.
    private static func isAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "%", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress(String($0)) }) else { return false }
        return parts.count == 1 || !address.isIPv4
    }

    private func searchMessages(_ library: LibraryWarning.Library) -> [String] {
        guard !searches.isEmpty else { return [] }
        let octets = searches.reduce(searches.count - 1) { $0 + $1.utf8.count }
        switch library {
        case .glibc:
            guard
                searches.count > Limits.oldGlibcSearchCountMax
                    || octets > Limits.oldGlibcSearchListOctetsMax
            else { return [] }
            return [
                "before version 2.26 uses only the first \(Limits.oldGlibcSearchCountMax) search"
                    + " entries and \(Limits.oldGlibcSearchListOctetsMax) octets; this list has"
                    + " \(searches.count) entries and \(octets) octets"
            ]
        case .musl:
            var messages: [String] = []
            if "search ".utf8.count + octets + 1 > Limits.muslLineOctetsMax {
                messages.append(
                    "skips the whole search line, which is longer than"
                        + " \(Limits.muslLineOctetsMax) octets: shorten the search list"
                )
            }
            let marker = "\(SearchMode.markerLabel)."
            let isOfCluster = { (entry: String) in
                entry.hasPrefix("svc.") || (entry.hasPrefix(marker) && entry.contains(".svc."))
            }
            if ndots < 2, searches.contains(where: isOfCluster) {
                messages.append(
                    "never searches names with \(max(ndots, 1)) or more dots, such as"
                        + " SERVICE.NAMESPACE: set ndots:5"
                )
            }
            return messages
        }
    }

    /// The value of `ndots` that applies; 1 unless set (resolv.conf(5)).
    private var ndots: Int {
        let set = options.last { OptionList.name($0) == "ndots" }
        return set.flatMap { OptionList.value($0) }.flatMap { Int($0) } ?? 1
    }

    private func optionMessages(_ library: LibraryWarning.Library) -> [String] {
        var messages: [String] = []
        for option in options {
            let name = String(OptionList.name(option))
            guard let known = ResolverOption.known[name], known.libraries.contains(library) else {
                messages.append("ignores the option '\(option)'")
                continue
            }
            guard let maximum = known.maximum(library) else { continue }
            guard let text = OptionList.value(option), let value = Int(text), value >= 0 else {
                messages.append("ignores the option '\(option)': '\(name)' needs a number")
                continue
            }
            if value > maximum {
                messages.append("lowers the option '\(option)' to \(name):\(maximum)")
            }
        }
        let line = options.reduce("options".utf8.count) { $0 + 1 + $1.utf8.count }
        if library == .musl, !options.isEmpty, line + 1 > Limits.muslLineOctetsMax {
            messages.append(
                "skips the whole options line, which is longer than"
                    + " \(Limits.muslLineOctetsMax) octets: shorten the options"
            )
        }
        return messages
    }
}
