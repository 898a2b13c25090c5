import Glibc

/// A shell that outlives the tests by a moment, and kills the children that they left.
///
/// A test that ends kills its own children; a test process that crashes or is killed can't.
enum Undertaker {
    /// Reads which process groups start and end; at the end of its input, kills what is left.
    private static let script = """
        trap '' INT TERM HUP
        groups=
        while read -r verb group; do
            left=
            for other in $groups; do [ "$other" = "$group" ] || left="$left $other"; done
            groups=$left
            [ "$verb" = ended ] || groups="$groups $group"
        done
        for group in $groups; do kill -9 "-$group" 2>/dev/null; done
        """

    /// The end of the pipe that closes with this process, and with no other.
    private static let pipe: Int32 = {
        guard let stream = unsafe popen(script, "we") else { return -1 }
        return unsafe fileno(stream)
    }()

    static func note(started group: pid_t) { write("started \(group)\n") }

    static func note(ended group: pid_t) { write("ended \(group)\n") }

    private static func write(_ line: String) {
        let octets = Array(line.utf8)
        // So short a write is whole, whoever else writes (pipe(7)).
        _ = unsafe Glibc.write(pipe, octets, octets.count)
    }
}
