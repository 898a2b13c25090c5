internal import Plugins
internal import Synchronization

/// How far the server is: for the `ready` endpoint.
final class ServerStatus: Sendable {
    private struct State {
        var isServing = false
        var isEnding = false
        var plugins: [Plugin] = []
    }

    private let state = Mutex(State())

    /// Says that views are loaded and sockets bound, and which plugins serve.
    func serves(_ plugins: [Plugin]) {
        state.withLock {
            $0.isServing = true
            $0.plugins = plugins
        }
    }

    /// Says that the server was asked to end.
    func ends() {
        state.withLock { $0.isEnding = true }
    }

    /// What endpoints may know.
    var endpointState: EndpointState {
        let state = state.withLock { $0 }
        var names = Set(state.plugins.filter { $0.isReady == false }.map(\.name))
        // Until the views are loaded, it is their plugin that can't answer.
        if !state.isServing { names.insert("kubernetes") }
        return EndpointState(notReady: names.sorted(), isEnding: state.isEnding)
    }
}
