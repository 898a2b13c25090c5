import KubernetesModel
import TestSupport
import Testing

@testable import ClusterView

/// The quick way from an object's text to the view, against the way through the full decoders.
@Suite("Scanning objects")
struct ScanningTests {
    private static let key = ObjectKey(kind: .endpointSlice, namespace: "shop", name: "web-x")
    private static let serviceKey = ObjectKey(kind: .service, namespace: "shop", name: "web")

    private static func fields(_ json: String) -> Fields? {
        guard case .object(let fields) = try? JSONReader.read(json) else { return nil }
        return fields
    }

    private static func decodedSlice(
        _ json: String,
        _ options: ClusterIndex.Options
    ) -> PreparedSlice? {
        guard let fields = fields(json) else { return nil }
        return (try? EndpointSlice(APIObject(key: key, fields: fields))).map {
            PreparedSlice($0, options)
        }
    }

    private static func decodedService(_ json: String) -> PreparedService? {
        guard let fields = fields(json) else { return nil }
        return (try? Service(APIObject(key: serviceKey, fields: fields))).map {
            PreparedService($0)
        }
    }

    private static func expectSame(
        _ scanned: PreparedSlice,
        _ decoded: PreparedSlice?,
        _ json: String
    ) {
        #expect(scanned.data == decoded?.data, "\(json)")
        #expect(scanned.key == decoded?.key)
        #expect(scanned.service == decoded?.service, "\(json)")
    }

    @Test(arguments: ObjectTexts.slices)
    func `slices as they are stored are scanned`(_ json: String) throws {
        for options in ObjectTexts.options {
            let scanned = try #require(PreparedSlice(scanning: json, key: Self.key, options))
            Self.expectSame(scanned, Self.decodedSlice(json, options), json)
        }
    }

    @Test(arguments: ObjectTexts.services)
    func `services as they are stored are scanned`(_ json: String) throws {
        let scanned = try #require(PreparedService(scanning: json, key: Self.serviceKey))
        let decoded = Self.decodedService(json)
        #expect(scanned.data == decoded?.data)
        #expect(scanned.key == decoded?.key)
    }

    @Test(arguments: ObjectTexts.wrongSlices)
    func `a slice with a field of a wrong type is left to the decoders`(_ json: String) {
        #expect(PreparedSlice(scanning: json, key: Self.key, .init()) == nil)
        #expect(Self.decodedSlice(json, .init()) == nil)
    }

    @Test(arguments: ObjectTexts.wrongServices)
    func `a service with a field of a wrong type is left to the decoders`(_ json: String) {
        #expect(PreparedService(scanning: json, key: Self.serviceKey) == nil)
        #expect(Self.decodedService(json) == nil)
    }

    /// Whatever is scanned, the decoders find the same in it; what they refuse is never scanned.
    @Test(arguments: 0..<20)
    func `texts that were changed are scanned as they are decoded`(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        var scannedCount = 0
        for _ in 0..<8 {
            for text in ObjectTexts.slices + ObjectTexts.wrongSlices {
                let json = ObjectTexts.changed(text, using: &random)
                for options in ObjectTexts.options {
                    let scanned = PreparedSlice(scanning: json, key: Self.key, options)
                    guard let scanned else { continue }
                    scannedCount += 1
                    Self.expectSame(scanned, Self.decodedSlice(json, options), json)
                }
            }
            for text in ObjectTexts.services + ObjectTexts.wrongServices {
                let json = ObjectTexts.changed(text, using: &random)
                let scanned = PreparedService(scanning: json, key: Self.serviceKey)
                guard let scanned else { continue }
                scannedCount += 1
                #expect(scanned.data == Self.decodedService(json)?.data, "\(json)")
            }
        }
        #expect(scannedCount > 50)
    }
}
