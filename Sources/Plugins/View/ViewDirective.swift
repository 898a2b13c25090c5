internal import Corefile
internal import Expressions
internal import Metrics

extension PluginDirective {
    /// `view NAME { expr … }`: which queries the block answers.
    static let view = PluginDirective(name: "view", manual: viewManual, make: makeView)

    private static let viewManual = PluginManual(
        name: "view",
        summary: "Lets a server block answer only queries that expressions are true for.",
        syntax: "view NAME",
        details: [
            """
            Blocks of the same zone and port are tried in the order of the Corefile: the first \
            one without a view, or with one whose expressions are all true, answers. A query that \
            no block takes is tried with shorter zones, and is then refused. `NAME` is the \
            `view` label of metrics, and the metadata `view/name`.
            """,
            """
            Expressions are of the language expr. They can call `bufsize()`, `class()`, \
            `client_ip()`, `do()`, `id()`, `incidr(ADDRESS, BLOCK)`, `metadata(LABEL)`, `name()`, \
            `opcode()`, `port()`, `proto()`, `server_ip()`, `server_port()`, `size()` and \
            `type()`; ports are texts, and names are in lower case with a final dot.
            """,
        ],
        options: [
            .init(
                "expr EXPRESSION",
                "A condition; the view takes a query if all of them are true."
            )
        ],
        metrics: [
            (
                "martlet_view_failures_total{view}",
                "queries that a view rejected because an expression failed"
            )
        ],
        differences: [
            """
            Expressions are bounded in size and steps; one that fails rejects the query, as in \
            CoreDNS, and is counted.
            """
        ],
        example: """
            . {
                view internal {
                    expr incidr(client_ip(), '10.0.0.0/8')
                }
                hosts internal.hosts
            }
            . {
                forward . /etc/resolv.conf
            }
            """
    )

    private static func makeView(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        var expressions: [Expression] = []
        let names = try directives.readEach { cursor in
            let name = try cursor.argument("the name of the view")
            try cursor.noMoreArguments()
            try cursor.readOptions { option, cursor in
                guard option == "expr" else { throw cursor.unknownOption(known: ["expr"]) }
                expressions.append(try cursor.expression())
            }
            return name
        }
        let name = names.first ?? ""
        let failures = context.services.metrics.counter(
            "martlet_view_failures_total",
            help: "Counter of queries that a view rejected because an expression failed.",
            labels: [("view", name)]
        )
        let conditions = expressions
        context.settings.view = ViewFilter(name: name) { transaction in
            let facts = QueryFacts(transaction)
            do throws(EvaluationError) {
                for condition in conditions {
                    let isTrue = try condition.isTrue {
                        (declaration, arguments) throws(EvaluationError) in
                        try facts.value(declaration, arguments)
                    }
                    guard isTrue else { return false }
                }
                return true
            } catch {
                transaction.metrics.add(failures)
                return false
            }
        }
        return ViewPlugin(viewName: name)
    }
}
