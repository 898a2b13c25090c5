import KubernetesModel
import Registry
import Testing

@Suite("Store contract")
struct StoreContractTests {
    private let red: IndexTerm = .label("colour", "red")
    private let blue: IndexTerm = .label("colour", "blue")

    @Test(arguments: Engine.allCases)
    func `what was put is there until it is deleted`(engine: Engine) throws {
        try engine.withStore { store throws in
            let object = sample("a", note: "\u{1F426} \"quoted\"\n", version: 1)
            let first = try store.write { try $0.put(object, terms: [red]) }
            #expect(first.revision == 1)
            #expect(try store.read { try $0.get(object.key) } == object)
            let second = try store.write { try $0.delete(object.key) }
            #expect(second.revision == 2)
            #expect(try store.read { try $0.get(object.key) } == nil)
            #expect(try store.read { try $0.count(.service, namespace: nil, term: red) } == 0)
        }
    }

    @Test(arguments: Engine.allCases)
    func `lists are sorted and kept to their kind, namespace and term`(engine: Engine) throws {
        try engine.withStore { store throws in
            _ = try store.write { transaction throws in
                for (name, namespace, term) in [
                    ("b", "shop", red), ("a", "shop", blue), ("a", "blog", red), ("c", "shop", red),
                ] {
                    try transaction.put(sample(name, namespace: namespace), terms: [term])
                }
                try transaction.put(sample("p", kind: .pod), terms: [red])
            }
            func names(_ namespace: String?, _ term: IndexTerm?) throws -> [String] {
                try store.read { reader throws in
                    let keys = try reader.keys(.service, namespace: namespace, term: term)
                    let listed = try reader.list(.service, namespace: namespace, term: term)
                    #expect(listed.map(\.key) == keys)
                    let count = try reader.count(.service, namespace: namespace, term: term)
                    #expect(count == keys.count)
                    return keys.map { "\($0.namespace)/\($0.name)" }
                }
            }
            #expect(try names(nil, nil) == ["blog/a", "shop/a", "shop/b", "shop/c"])
            #expect(try names("shop", nil) == ["shop/a", "shop/b", "shop/c"])
            #expect(try names(nil, red) == ["blog/a", "shop/b", "shop/c"])
            #expect(try names("shop", red) == ["shop/b", "shop/c"])
            #expect(try names("shop", blue) == ["shop/a"])
            #expect(try names("none", red) == [])
        }
    }

    @Test(arguments: Engine.allCases)
    func `a transaction that throws leaves nothing`(engine: Engine) throws {
        struct Stop: Error {}
        try engine.withStore { store throws in
            _ = try store.write { try $0.put(sample("kept", note: "old"), terms: [red]) }
            #expect(throws: Stop.self) {
                try store.write { transaction throws in
                    try transaction.put(sample("kept", note: "new"), terms: [blue])
                    try transaction.put(sample("new"), terms: [red])
                    try transaction.setSetting("x", to: "1")
                    throw Stop()
                }
            }
            try store.read { reader throws in
                #expect(try reader.revision == 1)
                #expect(
                    try reader.list(.service, namespace: nil, term: red).map(\.key.name) == ["kept"]
                )
                #expect(try reader.count(.service, namespace: nil, term: blue) == 0)
                #expect(try reader.setting("x") == nil)
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a write sees itself, new terms replace old ones`(engine: Engine) throws {
        try engine.withStore { store throws in
            _ = try store.write { transaction throws in
                try transaction.put(sample("a"), terms: [red])
                #expect(try transaction.count(.service, namespace: "shop", term: red) == 1)
                try transaction.put(sample("a", note: "2"), terms: [blue])
                #expect(try transaction.count(.service, namespace: "shop", term: red) == 0)
                #expect(try transaction.list(.service, namespace: "shop", term: blue).count == 1)
                #expect(try transaction.nextRevision == 1)
            }
            _ = try store.write { try $0.put(sample("a", note: "3"), terms: [red]) }
            #expect(try store.read { try $0.count(.service, namespace: nil, term: blue) } == 0)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a write that changes nothing makes no revision`(engine: Engine) throws {
        try engine.withStore { store throws in
            _ = try store.write { try $0.put(sample("a"), terms: []) }
            #expect(try store.write { try $0.put(sample("a"), terms: []) }.revision == 1)
            #expect(try store.write { try $0.delete(sample("b").key) }.revision == 1)
            let gone = try store.write { transaction throws in
                try transaction.put(sample("c"), terms: [])
                try transaction.delete(sample("c").key)
            }
            #expect(gone.revision == 1)
            #expect(try store.write { try $0.setSetting("x", to: "1") }.revision == 1)
            #expect(try store.read { try $0.setting("x") } == "1")
            #expect(try store.changes(after: 0, limit: 10).changes.count == 1)
        }
    }

    @Test(arguments: Engine.allCases)
    func `changes tell each object once per transaction`(engine: Engine) throws {
        try engine.withStore { store throws in
            _ = try store.write { transaction throws in
                try transaction.put(sample("a", note: "draft", version: 1), terms: [])
                try transaction.put(sample("b", version: 1), terms: [])
                try transaction.put(sample("a", note: "final", version: 1), terms: [])
            }
            _ = try store.write { transaction throws in
                try transaction.put(sample("a", note: "next", version: 2), terms: [])
                try transaction.delete(sample("b").key)
            }
            let batch = try store.changes(after: 0, limit: 100)
            #expect(batch.revision == 2)
            #expect(
                batch.changes == [
                    Change(
                        revision: 1,
                        type: .added,
                        object: sample("a", note: "final", version: 1)
                    ),
                    Change(revision: 1, type: .added, object: sample("b", version: 1)),
                    Change(
                        revision: 2,
                        type: .modified,
                        object: sample("a", note: "next", version: 2),
                        previous: sample("a", note: "final", version: 1)
                    ),
                    Change(
                        revision: 2,
                        type: .deleted,
                        object: sample("b", version: 2),
                        previous: sample("b", version: 1)
                    ),
                ]
            )
            let short = try store.changes(after: 0, limit: 1)
            #expect(short.changes.count == 2)
            #expect(short.revision == 1)
            #expect(try store.changes(after: 2, limit: 1) == ChangeBatch(changes: [], revision: 2))
            #expect(throws: RegistryError.revisionTooNew(requested: 3, current: 2)) {
                try store.changes(after: 3, limit: 1)
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `changes as they are stored are the same changes`(engine: Engine) throws {
        try engine.withStore { store throws in
            for version in 1...3 {
                _ = try store.write { transaction throws in
                    try transaction.put(sample("a", version: Revision(version)), terms: [])
                    try transaction.put(sample("b", version: Revision(version)), terms: [])
                }
            }
            _ = try store.write { try $0.delete(sample("a").key) }
            for (known, limit) in [(0, 100), (0, 1), (1, 3), (3, 1), (4, 1)] {
                let batch = try store.changes(after: Revision(known), limit: limit)
                let stored = try store.storedChanges(after: Revision(known), limit: limit)
                #expect(stored.revision == batch.revision)
                #expect(stored.changes.count == batch.changes.count)
                for (stored, change) in zip(stored.changes, batch.changes) {
                    #expect(stored.object.key == change.object.key)
                    #expect(stored.isDeletion == (change.type == .deleted))
                    if !stored.isDeletion { #expect(try stored.object.object() == change.object) }
                }
            }
            #expect(throws: RegistryError.revisionTooNew(requested: 5, current: 4)) {
                try store.storedChanges(after: 5, limit: 1)
            }
        }
    }

    @Test(arguments: Engine.allCases)
    func `a long log is cut, and says so`(engine: Engine) throws {
        try engine.withStore(changeCountMax: 10) { store throws in
            for number in 1...30 {
                _ = try store.write { try $0.put(sample("a", note: "\(number)"), terms: []) }
            }
            let error = #expect(throws: RegistryError.self) {
                try store.changes(after: 0, limit: 100)
            }
            guard case .compacted(0, let oldest) = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect((1...20).contains(oldest))
            #expect(try store.changes(after: oldest, limit: 100).changes.count == 30 - Int(oldest))
            _ = try store.write { transaction throws in
                for number in 0..<11 { try transaction.put(sample("n\(number)"), terms: []) }
            }
            #expect(throws: RegistryError.compacted(requested: 30, oldest: 31)) {
                try store.changes(after: 30, limit: 100)
            }
            #expect(try store.changes(after: 31, limit: 100).changes.isEmpty)
        }
    }

    @Test(arguments: Engine.allCases)
    func `a wait ends with the next revision, its time, its cancellation or the store`(
        engine: Engine
    ) throws {
        try engine.withStore { store throws in
            #expect(try store.waitForChange(after: 0, timeout: .zero, cancellation: nil) == nil)
            try onThread({ _ = try store.write { try $0.put(sample("a"), terms: []) } }) {
                let woken = try store.waitForChange(
                    after: 0,
                    timeout: .seconds(90),
                    cancellation: nil
                )
                #expect(woken == 1)
            }
            #expect(try store.waitForChange(after: 0, timeout: nil, cancellation: nil) == 1)
            let cancellation = WaitCancellation()
            try onThread({ cancellation.cancel() }) {
                let woken = try store.waitForChange(
                    after: 1,
                    timeout: nil,
                    cancellation: cancellation
                )
                #expect(woken == nil)
            }
            try onThread({ store.close() }) {
                #expect(throws: RegistryError.closed) {
                    try store.waitForChange(after: 1, timeout: nil, cancellation: nil)
                }
            }
            #expect(throws: RegistryError.closed) { try store.read { try $0.revision } }
            store.close()
        }
    }
}
