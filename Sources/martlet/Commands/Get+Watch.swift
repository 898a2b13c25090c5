import KubernetesModel
import Registry

/// Shows objects, and then every change to them.
struct Watcher {
    let command: Get
    let registry: Registry
    let request: ResourceArguments.Request
    private var widths: [Int] = []

    init(command: Get, registry: Registry, request: ResourceArguments.Request) {
        self.command = command
        self.registry = registry
        self.request = request
    }

    /// Runs until the process is ended.
    func run() throws {
        guard request.names.count <= 1 else {
            throw Failure("you may only specify a single name with --watch", status: .usage)
        }
        let fields = request.names.map { "metadata.name=\($0)" }
        let filter =
            fields.isEmpty
            ? try command.selection.filter(request.kind)
            : try ObjectFilter(labels: "", fields: fields[0], kind: request.kind)
        let namespace = command.namespace(request.kind)
        var watcher = self
        var list = try registry.list(request.kind, namespace: namespace, filter: filter)
        if !command.watchOnly, !list.objects.isEmpty { try watcher.show(list.objects) }
        while true {
            Output.flush()
            let watch = registry.watch(
                request.kind,
                namespace: namespace,
                filter: filter,
                after: list.revision
            )
            do {
                while let changes = try watch.next() {
                    try watcher.show(changes.map(\.object))
                    Output.flush()
                }
                return
            } catch RegistryError.compacted {
                // The program was stopped for so long that changes were forgotten: start anew.
                list = try registry.list(request.kind, namespace: namespace, filter: filter)
                try watcher.show(list.objects)
            }
        }
    }

    private mutating func show(_ objects: [APIObject]) throws {
        guard case .table(let isWide) = command.format else {
            for object in objects {
                if command.format == .yaml { Output.line("---") }
                Output.write(try ObjectText.text([object], isSingle: true, command.format))
            }
            return
        }
        let table = command.table(request.kind, objects, isWide)
        let isFirst = widths.isEmpty
        // Later rows keep the columns of the first ones.
        if isFirst { widths = table.widths() }
        Output.write(table.text(showsTitles: isFirst && !command.noHeaders, widths: widths))
    }
}
