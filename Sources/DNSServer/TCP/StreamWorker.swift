internal import Addresses
internal import ClusterView
internal import NIOCore
internal import Plugins

/// What one event loop needs to answer queries over TCP; used on that loop only.
@safe
final class StreamWorker {
    private var worker: QueryWorker
    private let buffer: UnsafeMutableRawBufferPointer
    /// The connections of the event loop.
    var handlers: [ObjectIdentifier: StreamHandler] = [:]

    /// Makes a worker that answers on a port.
    init(_ source: VersionPublisher<ServingConfiguration>, port: UInt16) {
        worker = QueryWorker(source, port: port)
        unsafe buffer = .allocate(byteCount: Limits.streamOctetsMax, alignment: 64)
    }

    deinit {
        unsafe buffer.deallocate()
    }

    /// Looks once whether there is something newer; call it before each batch.
    func refresh() {
        worker.refresh()
    }

    /// Answers a message and appends the reply, with its length in front.
    ///
    /// - Returns: Whether there is a reply.
    func answer(
        _ message: ByteBufferView,
        from client: ClientAddress,
        to output: inout ByteBuffer
    )
        -> Bool
    {
        let count = unsafe message.withUnsafeBytes { request in
            unsafe worker.answer(
                Exchange(request: request, buffer: buffer, client: client, transport: .tcp)
            )
        }
        guard count > 0 else { return false }
        output.writeInteger(UInt16(truncatingIfNeeded: count))
        unsafe output.writeBytes(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        return true
    }
}
