import KubernetesModel
import Registry
import Testing

@Suite("Watch")
struct WatchTests {
    @Test(arguments: Engine.allCases)
    func `objects that begin or stop to match come and go`(engine: Engine) throws {
        try engine.withStore { store throws in
            let registry = try Registry(store: store, environment: .seeded(1))
            let filter = try ObjectFilter(labels: "tier=front", kind: .service)
            let watch = registry.watch(
                .service,
                namespace: "default",
                filter: filter,
                after: try registry.revision
            )
            let key = try registry.create(service("web", namespace: "default")).key
            _ = try registry.patchLabels(key, ["tier": "front"])
            _ = try registry.patchLabels(key, ["tier": "front", "x": "y"])
            _ = try registry.patchLabels(key, ["tier": nil])
            _ = try registry.patchLabels(key, ["tier": "front"])
            try registry.delete(key)
            var types: [Change.ChangeType] = []
            while types.count < 5, let changes = try watch.next(timeout: .seconds(90)),
                !changes.isEmpty
            {
                types += changes.map(\.type)
            }
            #expect(types == [.added, .modified, .deleted, .added, .deleted])
            #expect(try watch.next(timeout: .zero) == [])
            try onThread({ watch.cancel() }) { () throws in #expect(try watch.next() == nil) }
            #expect(try watch.next() == nil)
        }
    }

    @Test func `an observer that fell behind is told`() throws {
        let registry = try Registry(store: MemoryStore(changeCountMax: 2), environment: .seeded(1))
        let watch = registry.watch(.service, after: 0)
        #expect(throws: RegistryError.self) { try watch.next(timeout: .zero) }
    }
}
