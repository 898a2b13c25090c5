import TestSupport

/// One of several users that write to a registry at the same time, and may be killed at it.
///
/// It owns a namespace and knows what must be in it: after an acknowledged write the new state,
/// after a killed one either the old or the new, and nothing in between.
final class Writer {
    /// What a service was last given.
    typealias Ports = [String: Int]

    let namespace: String
    private(set) var ports: Ports = [:]
    /// Acknowledged writes of one object.
    private(set) var acknowledged = 0
    /// Commands that were killed.
    private(set) var killed = 0
    /// Commands that were killed, and whose write is there all the same.
    private(set) var keptThoughKilled = 0
    private let site: Site
    private var typicalSeconds = 0.05
    private var random: SeededGenerator

    init(_ site: Site, number: Int, seed: UInt64) throws {
        self.site = site
        namespace = "writer-\(number)"
        random = SeededGenerator(seed: seed &+ UInt64(number))
        let words = [Site.program, "create", "namespace", namespace]
        guard try site.run(words).status == 0 else { throw Trouble("no \(namespace)") }
    }

    /// Applies or deletes a few services; one time in four the command may be killed.
    func write() throws {
        var next = ports
        let names = Set(
            (0..<Int.random(in: 1...8, using: &random)).map { _ in
                "s\(Int.random(in: 0..<30, using: &random))"
            }
        )
        let doomed = ports.keys.filter { _ in Int.random(in: 0..<6, using: &random) == 0 }
        var words = ["delete", "service", "-n", namespace] + doomed
        var input = ""
        if doomed.isEmpty || Int.random(in: 0..<4, using: &random) > 0 {
            for name in names { next[name] = Int.random(in: 1...65_535, using: &random) }
            words = ["apply", "-f", "-"]
            input = names.map { manifest($0, port: next[$0, default: 1]) }.joined()
        } else {
            for name in doomed { next[name] = nil }
        }
        let start = Instant.now
        let child = try site.startMartlet(words, input: input)
        let changes = words[0] == "apply" ? names.count : doomed.count
        guard Int.random(in: 0..<4, using: &random) == 0 else {
            let ending = try child.wait()
            try check(ending == .exited(0), "\(words): \(child.errorText)")
            try acknowledge(next, changes, lines: child.text)
            typicalSeconds += (Instant.now - start - typicalSeconds) / 4
            return
        }
        // Up to as long as a command takes: some die before the commit, some after.
        let moment = Double.random(in: 0...typicalSeconds, using: &random)
        let ending = try child.kill(afterSeconds: moment)
        if ending == .exited(0) {
            try acknowledge(next, changes, lines: child.text)
        } else {
            try check(ending == .killed(9), "\(words): \(child.errorText)")
            // A delete is a transaction for each object; an apply is one for all.
            try recover(next, isAtomic: words[0] == "apply", wasPrinted: !child.text.isEmpty)
        }
    }

    private func acknowledge(_ next: Ports, _ changes: Int, lines: String) throws {
        try check(lines.split(separator: "\n").count == changes, lines)
        ports = next
        acknowledged += changes
    }

    /// Learns whether a killed command's write is there, wholly, or not at all.
    ///
    /// SQLite decides about a commit whose process died while it was synced (the frames are in the
    /// log, its index doesn't know them yet) only when the log is recovered or written again. So a
    /// write of our own goes first: after it, what the registry says stays.
    private func recover(_ next: Ports, isAtomic: Bool, wasPrinted: Bool) throws {
        killed += 1
        let decision = [
            Site.program, "label", "namespace", namespace, "killed=\(killed)", "--overwrite",
        ]
        let outcome = try site.run(decision)
        try check(outcome.status == 0, outcome.errors)
        let found = try registered().mapValues(\.port)
        if isAtomic {
            try check(found == ports || found == next, "\(found) is neither \(ports) nor \(next)")
            // A printed line is a promise, even if the program died before its end.
            if wasPrinted { try check(found == next, "a printed write of \(next) was lost") }
        } else {
            for (name, port) in ports where found[name] != port {
                try check(next[name] == nil && found[name] == nil, "\(name) changed")
            }
            try check(found.keys.allSatisfy { ports[$0] != nil }, "\(found) has too much")
        }
        if found == next { keptThoughKilled += 1 }
        ports = found
    }

    /// What the registry holds in the namespace.
    func registered() throws -> [String: (address: String, port: Int)] {
        let path =
            "jsonpath={range .items[*]}"
            + "{.metadata.name} {.spec.clusterIP} {.spec.ports[0].port}{\"\\n\"}{end}"
        let words = [Site.program, "get", "services", "-n", namespace, "-o", path]
        let outcome = try site.run(words)
        try check(outcome.status == 0, outcome.errors)
        var services: [String: (address: String, port: Int)] = [:]
        for line in outcome.output.split(separator: "\n") {
            let words = line.split(separator: " ")
            let port = words.count == 3 ? Int(words[2]) : nil
            try check(port != nil, "the line \(line)")
            services[String(words[0])] = (String(words[1]), port ?? 0)
        }
        return services
    }

    /// Throws what is wrong: writers run on threads of their own, which belong to no test.
    private func check(_ isTrue: Bool, _ text: @autoclosure () -> String) throws {
        guard isTrue else { throw Trouble("\(namespace): \(text())") }
    }

    private func manifest(_ name: String, port: Int) -> String {
        """
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: \(name)
          namespace: \(namespace)
        spec:
          ports:
            - name: p
              port: \(port)

        """
    }
}
