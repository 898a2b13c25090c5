public import Corefile

/// A directive that Martlet understands: its name, and how it becomes a plugin.
public struct PluginDirective: Sendable {
    /// The directive's name.
    public let name: String
    /// Makes the plugin from the directives of that name in one server block; nil if it only
    /// configures.
    ///
    /// Throws ``CorefileErrors`` with everything that is wrong.
    public let make: @Sendable ([Directive], inout BlockContext) throws(CorefileErrors) -> Plugin?

    /// What people read about it; nil for a directive that needs no page.
    public let manual: PluginManual?

    /// Creates a directive.
    public init(
        name: String,
        manual: PluginManual? = nil,
        make:
            @escaping @Sendable ([Directive], inout BlockContext) throws(CorefileErrors)
            -> Plugin?
    ) {
        self.name = name
        self.manual = manual
        self.make = make
    }
}

extension PluginChain {
    /// Makes the chain of a server block.
    ///
    /// - Throws: ``CorefileErrors`` with everything that is wrong in the block.
    public convenience init(
        _ block: ServerBlock,
        context: inout BlockContext
    ) throws(CorefileErrors) {
        var errors: [CorefileError] = []
        let known = Set(PluginDirective.all.map(\.name))
        for directive in block.directives where !known.contains(directive.name) {
            errors.append(PluginChain.unknown(directive))
        }
        context.block = block
        context.directives = Set(block.directives.map(\.name))
        for directive in PluginDirective.all {
            // Before all that answers, changes or keeps replies: what a CA looks for is nobody's.
            if directive.name == PluginDirective.local.name, let plugin = context.certificates {
                context.plugins.append(plugin)
            }
            let uses = block.directives(named: directive.name)
            guard !uses.isEmpty else { continue }
            do {
                if let plugin = try directive.make(uses, &context) {
                    context.plugins.append(plugin)
                }
            } catch {
                errors.append(contentsOf: error.errors)
            }
        }
        for complete in context.completions {
            do {
                try complete(context)
            } catch {
                errors.append(contentsOf: error.errors)
            }
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        self.init(context.plugins)
    }

    private static func unknown(_ directive: Directive) -> CorefileError {
        let name = directive.name
        if PluginDirective.missing.contains(name) {
            return CorefileError(
                at: directive.position,
                "\(name): this directive of CoreDNS is not in Martlet yet",
                mend: "remove it, or keep this server block on CoreDNS"
            )
        }
        return CorefileError(
            at: directive.position,
            "unknown directive \"\(name)\"",
            mend: Suggestion.mend(for: name, among: PluginDirective.all.map(\.name))
        )
    }
}

extension DirectiveCursor {
    /// The error of a directive that may come only once in a block.
    static func repeated(_ directives: [Directive]) -> CorefileErrors? {
        guard directives.count > 1, let second = directives.last else { return nil }
        return CorefileErrors([
            CorefileError(
                at: second.position,
                "\(second.name): this plugin can only be used once per Server Block",
                mend: "merge its options into the first one"
            )
        ])
    }
}
