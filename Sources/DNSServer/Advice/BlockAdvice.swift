internal import Corefile

/// Looks at a server block for what is legal but may hurt.
struct BlockAdvice {
    private let block: ServerBlock
    /// What was found, in the order of the rules.
    private(set) var advice: [Advice] = []

    /// Looks at a block.
    init(_ block: ServerBlock) {
        self.block = block
        lookAtOrder()
        lookAtPods()
        lookAtReverseZones()
        lookAtSearchPath()
        lookAtErrors()
        lookAtLoop()
        lookAtLog()
    }

    private func first(_ name: String) -> Directive? {
        block.directives.first { $0.name == name }
    }

    private func has(_ name: String) -> Bool { first(name) != nil }

    /// The names of plugins that answer, in the order in which they are asked.
    private static let sources = [
        "template", "hosts", "k8s_external", "kubernetes", "file", "auto", "secondary", "forward",
    ]

    /// Directives act in an order of their own: a reader who knows only the file would expect
    /// something else of these.
    private mutating func lookAtOrder() {
        for name in ["rewrite", "acl"] {
            guard let late = block.directives.firstIndex(where: { $0.name == name }) else {
                continue
            }
            let before = block.directives[..<late].map(\.name)
            let passed = (["autopath", "cache"] + BlockAdvice.sources).filter(before.contains)
            guard !passed.isEmpty else { continue }
            warn(
                block.directives[late],
                "\(name) acts before \(passed.joined(separator: ", ")), wherever it is written:"
                    + " write it above \(passed.count == 1 ? "it" : "them")"
            )
        }
        for (name, other) in [("template", "kubernetes"), ("hosts", "kubernetes")] {
            guard let late = block.directives.firstIndex(where: { $0.name == name }),
                block.directives[..<late].contains(where: { $0.name == other })
            else { continue }
            hint(
                block.directives[late],
                "\(name) is asked before \(other), wherever it is written"
            )
        }
        for name in ["header", "minimal"] {
            guard let early = block.directives.firstIndex(where: { $0.name == name }),
                block.directives[early...].contains(where: { $0.name == "cache" })
            else { continue }
            hint(
                block.directives[early],
                "\(name) acts behind cache: what it makes of a reply is what cache keeps"
            )
        }
    }

    private mutating func lookAtPods() {
        let usesPods = block.directives(named: "autopath").contains {
            $0.arguments.last == "@kubernetes"
        }
        // With metadata the names of pods are told, too.
        guard !usesPods, !has("metadata") else { return }
        for directive in block.directives(named: "kubernetes") {
            for line in directive.lines where line.map(\.text) == ["pods", "verified"] {
                advice.append(
                    Advice(
                        at: line.first?.position,
                        "pods verified holds every pod of the cluster and follows each change:"
                            + " pods insecure answers the same names without"
                    )
                )
            }
        }
    }

    private mutating func lookAtReverseZones() {
        guard has("forward") else { return }
        for directive in block.directives(named: "kubernetes") {
            let zone = directive.arguments.first {
                ["in-addr.arpa", "ip6.arpa"].contains($0.lowercased().trimmedOfDot)
            }
            guard let zone, !directive.lines.contains(where: { $0.first?.text == "fallthrough" })
            else { continue }
            warn(
                directive,
                "kubernetes answers all of \(zone) itself: addresses outside of the cluster have"
                    + " no names; add fallthrough in-addr.arpa ip6.arpa"
            )
        }
    }

    private mutating func lookAtSearchPath() {
        guard let cluster = first("kubernetes"), has("forward"), !has("autopath") else { return }
        hint(
            cluster,
            "pods with ndots:5 ask up to ten questions for a name outside of the cluster:"
                + " autopath @kubernetes, or resolv-conf --search-mode marker, makes that two"
        )
    }

    private mutating func lookAtErrors() {
        guard let forward = first("forward"), !has("errors") else { return }
        warn(forward, "nobody is told why forwarded queries fail: add errors to the block")
    }

    private mutating func lookAtLoop() {
        guard !has("loop"),
            let forward = block.directives(named: "forward").first(where: {
                $0.arguments.first == "." && $0.arguments.dropFirst().contains { $0.contains("/") }
                    && $0.arguments.dropFirst().contains { !$0.contains("://") }
            })
        else { return }
        hint(
            forward,
            "the servers in the file may lead back here: loop finds those, and leaves them out"
        )
    }

    private mutating func lookAtLog() {
        guard
            has("kubernetes")
                || block.directives(named: "forward").contains(where: {
                    $0.arguments.first == "."
                })
        else { return }
        for directive in block.directives(named: "log") {
            guard !directive.lines.contains(where: { $0.first?.text == "class" }) else { continue }
            warn(
                directive,
                "log writes a line for each query: on a busy cluster that is most of the work;"
                    + " log . { class denial error } keeps those that matter"
            )
        }
    }

    private mutating func warn(_ directive: Directive, _ message: String) {
        advice.append(Advice(at: directive.position, message))
    }

    private mutating func hint(_ directive: Directive, _ message: String) {
        advice.append(Advice(.hint, at: directive.position, message))
    }
}

extension Directive {
    /// The lines of the directive's block, each as its words.
    var lines: [[Token]] {
        guard let brace = tokens.firstIndex(where: { $0.text == "{" }) else { return [] }
        var lines: [[Token]] = []
        for token in tokens[(brace + 1)...] where token.text != "}" {
            if token.startsLine || lines.isEmpty { lines.append([]) }
            lines[lines.count - 1].append(token)
        }
        return lines
    }
}

extension String {
    /// The text without a dot at its end.
    fileprivate var trimmedOfDot: String { hasSuffix(".") ? String(dropLast()) : self }
}
