public import NIOCore
internal import NIOPosix

extension ServerTLS {
    /// Looks again and again whether the files have changed, on a thread that may block.
    ///
    /// - Parameters:
    ///   - loop: The event loop of who uses it; when it ends, so does the watch.
    ///   - time: The time between two looks.
    ///   - report: Called with each reload and each failure.
    /// - Returns: The watch, to be cancelled.
    public func watch(
        on loop: any EventLoop,
        every time: TimeAmount,
        report: (@Sendable (Reload) -> Void)? = nil
    ) -> RepeatedTask {
        loop.scheduleRepeatedTask(initialDelay: time, delay: time) { _ in
            NIOThreadPool.singleton.submit { state in
                guard case .active = state else { return }
                let reload = self.reloadIfChanged()
                if reload != .unchanged { report?(reload) }
            }
        }
    }
}
