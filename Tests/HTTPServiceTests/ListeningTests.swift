import Addresses
import HTTPService
import TestSupport
import Testing

@Suite("HTTP: listening, stopping, handing over", .serialized)
struct ListeningTests {
    static func service(
        _ place: HTTPService.Place,
        socket: ListeningSocket? = nil,
        sharesPort: Bool = false,
        text: String = "OK"
    ) -> HTTPService {
        HTTPService(
            address: place.address,
            port: place.port,
            socket: socket,
            sharesPort: sharesPort,
            limits: SlowClientTests.short(),
            router: HTTPRouter(["/": { _ in .text(text) }])
        )
    }

    /// A place that stays free when its service has stopped, unlike one the kernel chose.
    static func freePlace() throws -> HTTPService.Place {
        HTTPService.Place(.loopback, try FreePort.choose())
    }

    static func get(_ place: HTTPService.Place) throws -> String? {
        let wire = try Wire(place)
        wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        return wire.readReply()?.body
    }

    @Test func `a port in use is named, with the mend`() async throws {
        try await blocking {
            let first = Self.service(.init(.loopback, 0))
            let place = try first.start()
            defer { first.stop(grace: .zero) }
            let error = #expect(throws: HTTPServiceError.self) { try Self.service(place).start() }
            #expect(error?.code == .inUse)
            #expect(error?.description.contains("tcp://127.0.0.1:\(place.port)") == true)
            #expect(error?.mend.contains("ss -ltnp") == true)
        }
    }

    @Test func `a service that couldn't start may try again`() async throws {
        try await blocking {
            let place = try Self.freePlace()
            let first = Self.service(place)
            #expect(try first.start() == place)
            let second = Self.service(place)
            #expect(throws: HTTPServiceError.self) { try second.start() }
            first.stop(grace: .zero)
            #expect(try untilFree(second.start) == place)
            second.stop(grace: .zero)
        }
    }

    @Test func `a service that is let go of lets go of its port`() async throws {
        try await blocking {
            let place = try Self.freePlace()
            #expect(try Self.service(place).start() == place)
            let other = Self.service(place)
            #expect(try untilFree(other.start) == place)
            other.stop(grace: .zero)
        }
    }

    @Test func `an address of another host is named`() throws {
        // An address of documentation (RFC 5737), which no host has.
        let other = try #require(IPAddress("192.0.2.1"))
        let error = #expect(throws: HTTPServiceError.self) {
            try Self.service(.init(other, 8080)).start()
        }
        #expect(error?.code == .noSuchAddress)
        #expect(error?.message.contains("192.0.2.1:8080") == true)
    }

    @Test func `a service starts once`() async throws {
        try await blocking {
            let service = Self.service(.init(.loopback, 0))
            _ = try service.start()
            #expect(throws: HTTPServiceError.self) { try service.start() }
            service.stop(grace: .zero)
            service.stop(grace: .zero)
            #expect(service.listening == nil)
            #expect(throws: HTTPServiceError.self) { try service.start() }
        }
    }

    @Test func `a port is free at once when its service has stopped`() async throws {
        try await blocking {
            let place = try Self.freePlace()
            for round in 0..<5 {
                let service = Self.service(place, text: "\(round)")
                #expect(try untilFree(service.start) == place)
                #expect(try Self.get(place) == "\(round)")
                service.stop(grace: .zero)
            }
        }
    }

    @Test func `two may share a port if both say so`() async throws {
        try await blocking {
            let first = Self.service(.init(.loopback, 0), sharesPort: true)
            let place = try first.start()
            defer { first.stop(grace: .zero) }
            let second = Self.service(place, sharesPort: true)
            #expect(try second.start() == place)
            second.stop(grace: .zero)
            #expect(throws: HTTPServiceError.self) { try Self.service(place).start() }
        }
    }

    @Test func `every address serves IPv4 too`() async throws {
        try await blocking {
            let service = Self.service(.init(IPAddress(ipv6High: 0, low: 0), 0))
            let place = try service.start()
            defer { service.stop(grace: .zero) }
            #expect(try Self.get(place) == "OK")
        }
    }

    @Test func `stopping waits for the reply`() async throws {
        let gate = Gate()
        let handlers: [String: HTTPHandler] = [
            "/": { _ in
                await gate.pass()
                return .text("done")
            }
        ]
        try await serving(handlers) { service, place in
            let (idle, busy) = (try Wire(place), try Wire(place))
            busy.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            gate.arrival()
            let stopped = Background { service.stop(grace: .seconds(120)) }
            // The connection that asks for nothing is closed first.
            #expect(idle.readAll() == "")
            gate.open()
            let reply = busy.readReply()
            #expect(reply?.body == "done")
            #expect(reply?.value(of: "connection") == "close")
            try stopped.wait()
        }
    }

    @Test func `stopping waits no longer than the grace`() async throws {
        let gate = Gate()
        let handlers: [String: HTTPHandler] = [
            "/": { _ in
                await gate.pass()
                return .text("late")
            }
        ]
        try await serving(handlers) { service, place in
            let wire = try Wire(place)
            wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            gate.arrival()
            service.stop(grace: .milliseconds(50))
            #expect(wire.readAll() == "")
            gate.open()
        }
    }

    @Test func `a handler is swapped under load without a failed request`() async throws {
        try await serving(["/": { _ in .text("0") }]) { service, place in
            let clients = (0..<4).map { _ in Background { try Self.load(place, 400) } }
            var round = 0
            while !clients.allSatisfy(\.isDone) {
                round += 1
                let text = "\(round)"
                service.router["/"] = { _ in .text(text) }
                service.router.replaceAll(by: ["/": { _ in .text(text) }])
            }
            let answered = try clients.map { try $0.wait() }
            #expect(answered == [400, 400, 400, 400])
            #expect(try Self.get(place) == "\(round)")
        }
    }

    @Test func `a successor on the same socket takes over under load without a failed request`()
        async throws
    {
        try await blocking {
            var service = Self.service(.init(.loopback, 0))
            let place = try service.start()
            let clients = (0..<4).map { _ in Background { try Self.load(place, 300, reuses: false) }
            }
            var count = 0
            while count < 5 || !clients.allSatisfy(\.isDone) {
                count += 1
                let (before, after) = (service, Self.service(place, socket: service.socket))
                #expect(try after.start() == place)
                service = after
                before.stop(grace: .seconds(120))
            }
            let answered = try clients.map { try $0.wait() }
            #expect(answered == [300, 300, 300, 300])
            service.stop(grace: .zero)
        }
    }

    /// Sends requests, one after the other; the number of those that were answered.
    static func load(
        _ place: HTTPService.Place,
        _ count: Int,
        reuses: Bool = true
    ) throws -> Int {
        var answered = 0
        var wire = try Wire(place)
        for _ in 0..<count {
            if !reuses { wire = try Wire(place) }
            wire.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            if wire.readReply()?.status == 200 { answered += 1 }
        }
        return answered
    }
}
