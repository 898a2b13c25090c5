internal import DNSWire
internal import Synchronization
internal import ZoneFiles

/// A zone file that is looked at again and again, and the zones that it is read for.
final class ZoneFileWatch: Sendable {
    private struct State {
        var version: FileVersion?
        var failure = ""
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
    init(
        _ path: String,
        _ version: FileVersion?,
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
        state = Mutex(State(version: version))
    }

    /// Reads the file if it has changed, and serves what it says if its serial number has.
    ///
    /// A file that is gone or wrong leaves the zone as it was.
    func refresh() {
        let version = FileVersion(path)
        let known = state.withLock { $0.version }
        guard let version, version != known else { return }
        state.withLock { $0.version = version }
        for zone in zones {
            do throws(ZoneFileError) {
                let file = try ZoneFile(contentsOf: path, origin: zone.origin)
                state.withLock { $0.failure = "" }
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
