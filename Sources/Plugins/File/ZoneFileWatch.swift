internal import DNSWire
internal import Synchronization
internal import ZoneFiles

/// A zone file that is looked at again and again, and the zones that it is read for.
final class ZoneFileWatch: Sendable {
    private struct State {
        /// The file, and those that it included when it was read.
        var paths: [String]
        /// As they were when they were last looked at.
        var versions: [FileVersion?]
        var failure = ""

        /// Looks at the files that the file includes now, too.
        mutating func isRead(_ file: ZoneFile) {
            failure = ""
            guard let path = paths.first, let version = versions.first,
                Array(paths.dropFirst()) != file.includedFiles
            else { return }
            paths = [path] + file.includedFiles
            versions = [version] + file.includedFiles.map { _ in nil }
        }
    }

    /// The file.
    let path: String
    /// The zones that the file is read for.
    let zones: [ServedZone]
    private let plugin: String
    private let followsTime: Bool
    private let services: ServerServices
    private let notifier: (any ZoneNotifier)?
    private let state: Mutex<State>

    /// Watches a file that was looked at before, when it was of a version; nil if it was not there.
    ///
    /// The files that it includes are looked at from the first refresh on.
    init(
        _ path: String,
        _ version: FileVersion?,
        including files: [String],
        _ zones: [ServedZone],
        for plugin: String,
        followsTime: Bool = false,
        services: ServerServices,
        notifier: (any ZoneNotifier)?
    ) {
        self.path = path
        self.zones = zones
        self.plugin = plugin
        self.followsTime = followsTime
        self.services = services
        self.notifier = notifier
        let versions = [version] + files.map { _ in nil }
        state = Mutex(State(paths: [path] + files, versions: versions))
    }

    /// Reads the file if it has changed, or one that it includes, and serves what it says if its
    /// serial number has.
    ///
    /// A file that is gone or wrong leaves the zone as it was.
    func refresh() {
        let (paths, known, failure) = state.withLock { ($0.paths, $0.versions, $0.failure) }
        let versions = paths.map { FileVersion($0) }
        // What was wrong may be in a file that is not known to be included.
        guard versions.first != .some(nil), versions != known || !failure.isEmpty else { return }
        state.withLock { $0.versions = versions }
        for zone in zones {
            do throws(ZoneFileError) {
                let file = try ZoneFile(contentsOf: path, origin: zone.origin)
                state.withLock { $0.isRead(file) }
                if !followsTime, file.start.serial == zone.serial { continue }
                zone.version.replace(with: ZoneVersion(StaticZone(file)))
                services.log.write(
                    "[INFO] plugin/\(plugin): Successfully reloaded zone \"\(zone.origin)\" in "
                        + "\"\(path)\" with \(file.start.serial) SOA serial"
                )
                notifier?.zoneHasChanged(zone.origin)
            } catch {
                complain("\(error)", zone.origin)
            }
        }
    }

    /// Says why the file can't be read: once, not each time that it is looked at.
    private func complain(_ failure: String, _ zone: Name) {
        let isNew = state.withLock { state in
            defer { state.failure = failure }
            return state.failure != failure
        }
        guard isNew else { return }
        services.log.write("[ERROR] plugin/\(plugin): zone \"\(zone)\" stays as it is: \(failure)")
    }
}
