import ClusterView
import Glibc
import KubernetesModel
import Registry
import Synchronization
import Testing

@testable import DNSServer

@Suite("What a feed is made of")
struct FeedPartsTests {
    private static func stored(_ name: String, _ json: String) -> StoredObject {
        let key = ObjectKey(kind: .service, namespace: "shop", name: name)
        return StoredObject(key: key, json: json) { json in
            guard case .object(let fields) = try JSONReader.read(json) else {
                throw RegistryError.closed
            }
            return APIObject(key: key, fields: fields)
        }
    }

    /// What is too unusual to be scanned is decoded; what can't be decoded is named.
    @Test(arguments: [
        (#"{"spec":{"clusterIP":"None"}}"#, true),
        (#"{"spec":{"clusterIP":"None"},"x":1.5}"#, true),
        (#"{"spec":{"clusterIP":"None"}"#, false), (#"{"spec":{"clusterIP":7}}"#, false),
        ("", false),
    ])
    func `an object that can't be read is named`(_ json: String, _ isRead: Bool) {
        switch PreparedObject(Self.stored("web", json), .init()) {
        case .service: #expect(isRead)
        case .broken(let text):
            #expect(!isRead)
            #expect(text.hasPrefix("Service shop/web: "))
        default: Issue.record("another kind")
        }
    }

    @Test func `chunks come back in order, whichever is decoded first`() {
        let queue = DecodingQueue(.init(), chunksMax: 3)
        var names: [String] = []
        func take() {
            for object in queue.takeDecoded() {
                if case .broken(let text) = object { names.append(text) }
            }
        }
        for chunk in 0..<50 {
            queue.add((0..<3).map { Self.stored("\(chunk * 3 + $0)", "") })
            take()
        }
        queue.add([])
        queue.wait()
        take()
        #expect(names.count == 150)
        for (number, text) in names.enumerated() {
            #expect(text.hasPrefix("Service shop/\(number): "))
        }
    }

    @Test func `an old version is kept as long as somebody reads it`() {
        var index = ClusterIndex()
        var retired = RetiredVersions()
        var held: [ClusterSnapshot] = []
        for revision in 0..<5 {
            let version = index.makeSnapshot(revision: UInt64(revision), serial: 1)
            if revision.isMultiple(of: 2) { held.append(version) }
            retired.add(version)
        }
        retired.free()
        #expect(retired.count == 3)
        held.removeLast()
        retired.free()
        #expect(retired.count == 2)
        held.removeAll()
        retired.free()
        #expect(retired.count == 0)
    }
}
