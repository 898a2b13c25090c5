import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "martlet up: deaths, and who comes after",
    .enabled(
        if: Pod.obstacle == nil,
        "SKIPPED, NO NODE WAS MADE: namespaces can't be made here: \(Pod.obstacle ?? "")"
    )
)
struct UpSuccessionTests {
    @Test func `a pod whose supervisor is killed is out of DNS and the rules at once`() throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            starts || exit 1
            martlet create service clusterip web --tcp=80:80 || exit 2
            martlet apply -f - <<< '{apiVersion: v1, kind: Service, metadata: {name: all}, spec:
                {clusterIP: None, selector: {app: web}, ports: [{port: 80}]}}' || exit 2
            martlet pod run a -l app=web --detach -- sleep 100000 || exit 3
            martlet pod run b -l app=web --detach -- sleep 100000 || exit 3
            soon in_rules 10.244.0.2 || exit 4
            soon resolves all 10.244.0.2 10.244.0.3 || exit 5
            kill -9 $(supervisor a) || exit 6
            soon resolves all 10.244.0.3 || exit 7
            in_rules 10.244.0.3 || exit 8
            soon eval '! in_rules 10.244.0.2' || exit 9
            ! martlet get pod a || exit 10
            [ ! -e "$MARTLET_STATE/pods/default_a" ] || exit 11
            grep -q 'pod default/a is removed: its supervisor was killed' up.log || exit 12
            # One that ends by itself leaves its record.
            martlet pod run c --detach -- sh -c 'echo why; exit 3' || exit 13
            soon eval 'martlet pod list | grep -q "Error(3)"' || exit 14
            martlet pod logs c | grep -q why || exit 15
            kill -INT $up; wait $up || { cat up.log; exit 16; }
            removed || exit 17
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func `without martlet up, the garbage collector can stay and watch`() throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            martlet node up || exit 1
            "$MARTLET" pod gc --watch > gc.log 2>&1 &
            gc=$!
            touch up.log
            martlet pod run a --detach -- sleep 100000 || exit 2
            martlet pod run b --detach -- sleep 100000 || exit 2
            kill -9 $(supervisor a) || exit 3
            soon eval '! martlet get pod a' || exit 4
            soon grep -q 'pod default/a is removed' gc.log || exit 5
            martlet get pod b || exit 6
            kill -INT $gc; wait $gc || { cat gc.log; exit 7; }
            martlet pod stop b && martlet node down || exit 8
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func `after a kill the next one goes on with the node, and removes it at its end`()
        throws
    {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            starts || exit 1
            martlet create service clusterip web --tcp=80:80 || exit 2
            martlet pod run a -l app=web --detach -- sleep 100000 || exit 3
            kill -9 $up; wait $up
            martlet node status || exit 4
            martlet pod run b -l app=web --detach -- sleep 100000 || exit 5
            starts || exit 6
            grep -q 'was killed: this one goes on with its node' up.log || { cat up.log; exit 7; }
            soon in_rules 10.244.0.2 && soon in_rules 10.244.0.3 || exit 8
            kill -INT $up; wait $up || { cat up.log; exit 9; }
            removed || exit 10
            ! martlet get pod a || exit 11
            grep -q 'pod/b stopped' up.log || exit 12
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func `who closes the terminal ends it as with Ctrl-C`() throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            cat > terminal.py <<'PYTHON'
            import os, pty, sys
            child, terminal = pty.fork()
            if child == 0:
                os.execv(sys.argv[1], ["martlet", "up"])
            text = b""
            while b"The cluster is up" not in text:
                text += os.read(terminal, 4096)
            # One that is told to reload isn't told that its terminal is gone.
            os.kill(child, 1)
            while b"Reloading complete" not in text:
                text += os.read(terminal, 4096)
            os.close(terminal)
            sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
            PYTHON
            python3 terminal.py "$MARTLET" || exit 1
            removed || exit 2
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func `a node that somebody asked for meanwhile stays`() throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            starts || exit 1
            martlet node up || exit 2
            kill -INT $up; wait $up || { cat up.log; exit 3; }
            grep -q 'the node stays up: martlet node down removes it' up.log || exit 4
            martlet node status || exit 5
            martlet node down || exit 6
            removed || exit 7
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func `a second one is refused, and the first doesn't notice`() throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            starts || exit 1
            martlet create service clusterip web --clusterip 10.96.0.99 --tcp=80:80 || exit 2
            soon in_rules 10.96.0.99 || exit 3
            martlet up && exit 4
            martlet node down && exit 4
            in_rules 10.96.0.99 || exit 5
            resolves web 10.96.0.99 || exit 6
            martlet node status || exit 7
            martlet up --take-over --config none 2> second.log && exit 8
            in_rules 10.96.0.99 || exit 9
            kill -INT $up; wait $up || { cat up.log; exit 10; }
            removed || exit 11
            martlet up --take-over 2> second.log && exit 12
            grep -q 'no martlet up to take over from' second.log || exit 13
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        let refusals = outcome.errors.split(separator: "\n").filter {
            $0.hasPrefix("error: a martlet up runs here, ")
        }
        #expect(refusals.count == 2)
    }

    @Test func `SIGUSR2 starts a successor that goes on with all of it`() throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            starts || exit 1
            first=$up
            martlet create service clusterip web --clusterip 10.96.0.99 --tcp=80:80 || exit 2
            martlet pod run a -l app=web --detach -- sleep 100000 || exit 3
            soon in_rules 10.244.0.2 || exit 4
            kill -USR2 $first; wait $first || { cat up.log; exit 5; }
            next=$(server); [ -n "$next" ] && [ "$next" != $first ] || { cat up.log; exit 6; }
            resolves web 10.96.0.99 || exit 7
            in_rules 10.244.0.2 || exit 8
            # It follows services, and watches pods.
            martlet create service clusterip later --clusterip 10.96.0.98 --tcp=80:80 || exit 9
            soon in_rules 10.96.0.98 || exit 10
            kill -9 $(supervisor a) || exit 11
            soon eval '! in_rules 10.244.0.2' || exit 12
            martlet up && exit 13
            # And can be followed by another.
            kill -USR2 $next
            soon eval '! kill -0 $next' || exit 14
            last=$(server); [ -n "$last" ] && [ "$last" != $next ] || { cat up.log; exit 15; }
            soon resolves later 10.96.0.98 || exit 16
            kill -TERM $last
            soon eval '! kill -0 $last' || exit 17
            removed || { cat up.log; exit 18; }
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func `a successor that can't start changes nothing`() throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            """
            printf 'cluster.local {\\n    kubernetes\\n}\\n' > Corefile
            starts --config Corefile || exit 1
            martlet create service clusterip web --clusterip 10.96.0.99 --tcp=80:80 || exit 2
            soon in_rules 10.96.0.99 || exit 3
            echo 'cluster.local { nonsense }' > Corefile
            kill -USR2 $up
            soon grep -q 'nonsense' up.log || exit 4
            in_rules 10.96.0.99 && resolves web 10.96.0.99 && martlet node status || exit 5
            kill -TERM $up; wait $up || { cat up.log; exit 6; }
            removed || exit 7
            """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
}
