import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "martlet up: node, DNS and proxy in one process",
    .enabled(
        if: Pod.obstacle == nil,
        "SKIPPED, NO NODE WAS MADE: namespaces can't be made here: \(Pod.obstacle ?? "")"
    )
)
struct UpTests {
    @Test(arguments: ["INT", "TERM"])
    func `a signal takes down all that it made, and the pods`(_ signal: String) throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            starts --node-name here || exit 1
            martlet pod run web -l app=web --detach || exit 2
            martlet node status || exit 3
            kill -\(signal) $up; wait $up || { cat up.log; exit 4; }
            ! ip link show martlet0 2>/dev/null || exit 5
            ! nft list table inet martlet 2>/dev/null || exit 6
            ! martlet get node here 2>/dev/null || exit 7
            cat up.log
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.contains("pod/web stopped\n"))
        #expect(outcome.output.contains("node is down: removed "))
    }

    @Test func `what is kept stays, and a node that was up before stays up`() throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            starts --keep || exit 1
            kill -INT $up; wait $up || { cat up.log; exit 2; }
            ip link show martlet0 >/dev/null || exit 3
            nft list table inet martlet >/dev/null || exit 4
            starts || exit 5
            grep -q 'it was up already, and stays up' up.log || exit 6
            kill -INT $up; wait $up || { cat up.log; exit 7; }
            ! nft list table inet martlet 2>/dev/null || exit 8
            martlet node down || exit 9
            ! ip link show martlet0 2>/dev/null || exit 10
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func `what fails at the start leaves nothing behind`() throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            martlet up --config none/Corefile && exit 1
            ! ip link show martlet0 2>/dev/null || exit 2
            ! nft list table inet martlet 2>/dev/null || exit 3
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.errors.contains("none/Corefile"))
    }
}
