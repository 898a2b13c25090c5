import Glibc

/// The probe: Martlet's packet path without sockets, for tools that count what it does.
///
///     martlet-probe stream N        answers N packets of the usual mix
///     martlet-probe kinds N         answers N packets of each kind in turn, and N of the mix
///     martlet-probe stress SECONDS  answers on several threads while everything changes
///     martlet-probe scale ROUNDS    tells the CPU time of a query, on one thread and on two
@main
enum Main {
    static func main() {
        do {
            try run(Array(CommandLine.arguments.dropFirst()))
        } catch {
            let text = Array("martlet-probe: \(error)\n".utf8)
            _ = unsafe write(2, text, text.count)
            exit(1)
        }
    }

    private static func run(_ arguments: [String]) throws {
        guard arguments.count == 2, let number = Int(arguments[1]), number > 0 else {
            throw ProbeError.usage
        }
        switch arguments[0] {
        case "stream": try Stream.run([.mix], count: number)
        case "kinds": try Stream.run(QueryKind.allCases, count: number)
        case "stress": try Stress.run(seconds: number)
        case "scale": try Scale.run(rounds: number)
        default: throw ProbeError.usage
        }
    }
}

/// What can go wrong with the probe.
enum ProbeError: Error, CustomStringConvertible {
    /// The command line is none of those.
    case usage
    /// A question of the stream is none.
    case question(String)
    /// The path gave an answer that no published version gives.
    case answer(String)
    /// The system refused a thread.
    case thread(Int32)

    var description: String {
        switch self {
        case .usage: "usage: martlet-probe stream N | kinds N | stress SECONDS | scale ROUNDS"
        case .question(let text): "\(text): not a question"
        case .answer(let text): text
        case .thread(let code): "no thread: error \(code)"
        }
    }
}
