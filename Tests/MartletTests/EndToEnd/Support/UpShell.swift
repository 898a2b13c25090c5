/// A shell in a network of its own, where `martlet` is the program under test.
enum UpShell {
    private static let functions = """
        set -u
        martlet() { "$MARTLET" "$@"; }
        ip link set lo up
        # starts ARGUMENTS...: martlet up, until it says that it is; its output is in up.log.
        starts() {
            # Or the one of an earlier start would be read.
            : > up.log
            # Not by the function, which would be a shell of its own to signal.
            "$MARTLET" up "$@" > up.log 2>&1 &
            up=$!
            until grep -q 'The cluster is up' up.log; do
                kill -0 $up 2>/dev/null || { cat up.log; return 1; }
                sleep 0.05
            done
        }
        # soon COMMAND...: the command must succeed within two minutes.
        soon() {
            soon_end=$((SECONDS + 120))
            until "$@" >/dev/null 2>&1; do
                [ $SECONDS -lt $soon_end ] || { echo "not soon: $*"; cat up.log; return 1; }
                sleep 0.02
            done
        }
        # resolves NAME ADDRESS...: the cluster's DNS has these addresses for the name, in any order.
        resolves() {
            resolved=$(dig +short +time=5 @10.96.0.10 "$1.default.svc.cluster.local" | sort)
            shift
            [ "$resolved" = "$(printf '%s\\n' "$@" | sort)" ]
        }
        # supervisor POD: the number of the pod's supervisor.
        supervisor() {
            grep -o '"supervisor": [0-9]*' "$MARTLET_STATE/pods/default_$1/pod.json" | tr -dc 0-9
        }
        # in_rules TEXT: the proxy's table has the text.
        in_rules() { nft list table inet martlet 2>/dev/null | grep -qF "$1"; }
        # server: the number of the process that serves DNS.
        server() { ss -Hlnup 'sport = :53' | grep -o 'pid=[0-9]*' | tr -dc '0-9\\n' | sort -u; }
        # removed: nothing of a node is left.
        removed() { ! ip link show martlet0 && ! nft list table inet martlet && ! server | grep .; }

        """

    /// Runs a script of bash to its end.
    static func run(_ site: Site, _ text: String) throws -> Site.Outcome {
        let place = """
            MARTLET='\(Site.program)'
            export MARTLET_STATE='\(site.directory)/state'
            cd '\(site.directory)'

            """
        // Whatever is left ends with the first process of a space of their own.
        let space = Pod.unshare + ["--pid", "--fork", "--kill-child", "--mount-proc"]
        return try site.run(space + ["bash", "-c", place + functions + text], seconds: 900)
    }
}
