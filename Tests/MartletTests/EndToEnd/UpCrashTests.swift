import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "martlet up: killed in the middle of changes",
    .enabled(
        if: Pod.obstacle == nil,
        "SKIPPED, NOTHING WAS KILLED: namespaces can't be made here: \(Pod.obstacle ?? "")"
    )
)
struct UpCrashTests {
    /// What compares the registry with DNS, rules, links and processes.
    private static let functions = """
        # same TITLE EXPECTED FOUND
        same() { [ "$2" = "$3" ] || { echo "$1: expected $2"; echo "found $3"; return 1; }; }
        column() { martlet get "$1" -l test=yes -o "jsonpath={range .items[*]}$2{'\\n'}{end}"; }
        addresses() { column pods '{.status.podIP}' | sort; }
        agree() {
            names=$(column services '{.metadata.name}')
            for name in $names; do
                expected=$(martlet get service $name -o 'jsonpath={.spec.clusterIP}')
                resolves $name $expected || { echo "$name is not $expected"; return 1; }
                in_rules "$expected" || { echo "no rules for $expected"; return 1; }
            done
            for name in gone-1 gone-2 gone-3; do
                [ -z "$(dig +short @10.96.0.10 $name.default.svc.cluster.local)" ] || return 1
            done
            same 'cluster IPs of the rules' \\
                "$(martlet get services -A -o \\
                    'jsonpath={range .items[*]}{.spec.clusterIP}{"\\n"}{end}' | sort -u)" \\
                "$(nft list table inet martlet | grep -oE '10\\.96(\\.[0-9]+){2}' |
                    grep -vx 10.96.0.0 | sort -u)" &&
            same 'endpoints of the rules' "$(addresses)" \\
                "$(nft list map inet martlet backends-tcp4 |
                    grep -oE ': 10\\.244(\\.[0-9]+){2}' | tr -d ': ' | grep -v '\\.0\\.1$' | sort -u)" &&
            same 'addresses of the pods' "$(addresses)" "$(
                for name in $(column pods '{.metadata.name}'); do
                    martlet pod exec $name -- ip -o -4 address show eth0 |
                        grep -oE '10\\.244(\\.[0-9]+){2}' | head -1
                done | sort)" &&
            same 'links' "$(addresses | wc -l)" \\
                "$(ip -o link show master martlet0 2>/dev/null | wc -l)"
        }
        # Pods and services that come, change and go.
        changes() {
            for i in 1 2 3 4; do
                martlet pod run p$i -l app=web,test=yes --detach -- sleep 100000
                martlet create service clusterip gone-$i --tcp=80:80
                martlet create service clusterip kept-$1-$i --tcp=80:80
                martlet label service kept-$1-$i test=yes
                [ $i = 4 ] || martlet delete service gone-$i
                martlet pod stop p$((i - 1)) --grace-period 0
            done
            martlet delete service gone-4
        }

        """

    @Test(arguments: 1...2)
    func `whatever was killed, the next one agrees with the registry`(_ seed: Int) throws {
        let site = try Site()
        let outcome = try UpShell.run(
            site,
            Self.functions + """
                RANDOM=\(seed)
                starts || exit 1
                martlet create service clusterip web --tcp=80:80 || exit 2
                martlet label service web test=yes || exit 2
                for round in 1 2 3; do
                    changes $round > changes.log 2>&1 &
                    changing=$!
                    sleep 0.$((RANDOM % 9 + 1))
                    kill -9 $up; wait $up 2>/dev/null
                    # One that attends a pod as well.
                    for file in "$MARTLET_STATE"/pods/*/pod.json; do
                        [ $((RANDOM % 2)) = 0 ] || continue
                        kill -9 $(grep -o '"supervisor": [0-9]*' "$file" | tr -dc 0-9)
                    done 2>/dev/null
                    starts || exit 3
                    wait $changing
                    soon agree || { agree; cat changes.log up.log; exit 4; }
                done
                kill -TERM $up; wait $up || { cat up.log; exit 5; }
                removed || exit 6
                [ -z "$(addresses)" ] || exit 7
                """
        )
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }
}
