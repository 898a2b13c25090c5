internal import Corefile
internal import DNSWire
internal import Expressions
internal import Synchronization
internal import ZoneFiles

/// A directory of zone files, and the zones that were read from it.
final class ZoneDirectory: Sendable {
    /// Directories within directories that are looked into.
    private static let depthMax = 16

    private struct State {
        var watches: [Name: ZoneFileWatch] = [:]
        var complaints: [String: String] = [:]
    }

    /// What is served now.
    let set: Replaceable<ZoneSet>
    private let options: AutoOptions
    private let services: ServerServices
    private let notifier: (any ZoneNotifier)?
    private let state = Mutex(State())

    /// Reads the directory for the first time.
    init(_ options: AutoOptions, services: ServerServices, notifier: (any ZoneNotifier)?) {
        self.options = options
        self.services = services
        self.notifier = notifier
        set = Replaceable(ZoneSet([]), services.epochs)
        refresh(isFirst: true)
    }

    /// The zones that queries must be in to be looked up here.
    var origins: [Name] { options.zones }

    /// Looks at the directory and the files; one caller at a time.
    func refresh(isFirst: Bool = false) {
        let files = files(in: options.directory, depth: 0)
        var watches = state.withLock { $0.watches }
        var changed: [Name] = []
        for (origin, watch) in watches where files[origin] != watch.path {
            guard files[origin] == nil else { continue }
            watches[origin] = nil
            changed.append(origin)
            log("[INFO] plugin/auto: Deleting zone `\(origin)'")
        }
        for (origin, path) in files.sorted(by: { $0.key < $1.key }) {
            if let watch = watches[origin], watch.path == path {
                watch.refresh()
            } else if watches.count < Limits.autoZoneCountMax || watches[origin] != nil,
                let watch = load(path, origin)
            {
                if watches[origin] == nil {
                    log("[INFO] plugin/auto: Inserting zone `\(origin)' from: \(path)")
                }
                watches[origin] = watch
                changed.append(origin)
            }
        }
        state.withLock { [watches] in $0.watches = watches }
        guard !changed.isEmpty else { return }
        set.replace(with: ZoneSet(watches.values.flatMap(\.zones)))
        guard !isFirst else { return }
        for origin in changed where watches[origin] != nil { notifier?.zoneHasChanged(origin) }
    }

    /// Tells secondary servers of all zones.
    func notifyAll() {
        for zone in set.current.zones { notifier?.zoneHasChanged(zone.origin) }
    }

    private func load(_ path: String, _ origin: Name) -> ZoneFileWatch? {
        let version = FileVersion(path)
        do throws(ZoneFileError) {
            let file = try ZoneFile(contentsOf: path, origin: origin)
            state.withLock { $0.complaints[path] = nil }
            return ZoneFileWatch(
                path,
                version,
                including: file.includedFiles,
                [ServedZone(origin, StaticZone(file), services: services)],
                for: "auto",
                services: services,
                notifier: notifier
            )
        } catch {
            complain("\(error)", path)
            return nil
        }
    }

    /// Says why a file can't be read: once, not each time that it is looked at.
    private func complain(_ failure: String, _ path: String) {
        let isNew = state.withLock { state in
            guard state.complaints.count < Limits.autoZoneCountMax else { return false }
            return state.complaints.updateValue(failure, forKey: path) != failure
        }
        if isNew { log("[WARNING] plugin/auto: \(failure)") }
    }

    private func log(_ line: String) { services.log.write(line) }

    /// The zone files in a directory and those in it, by zone; the last one of a zone counts.
    private func files(in directory: String, depth: Int) -> [Name: String] {
        var files: [Name: String] = [:]
        guard depth < ZoneDirectory.depthMax else { return files }
        for name in DiskFiles().names(in: directory).sorted() {
            let path = "\(directory)/\(name)"
            if FileVersion(path, followsLinks: false)?.isDirectory == true {
                files.merge(self.files(in: path, depth: depth + 1)) { $1 }
            } else if FileVersion(path)?.isDirectory == false, let origin = origin(of: name) {
                files[origin] = path
            }
        }
        return files
    }

    /// The zone that a file is for; nil if it is none.
    private func origin(of name: String) -> Name? {
        guard let match = try? options.pattern.firstMatch(in: name) else { return nil }
        let text = options.template.expand(match)
        return text.isEmpty ? nil : Name(text)?.lowercased
    }
}
