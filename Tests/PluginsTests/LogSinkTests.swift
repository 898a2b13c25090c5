import Plugins
import Testing

@Suite("Lines for people")
struct LogSinkTests {
    @Test func `lines are written in their order`() throws {
        let file = try TemporaryFile("")
        let sink = LogSink(descriptor: file.descriptor)
        for number in 0..<1_000 { sink.write("line \(number)") }
        sink.close()
        sink.run()
        #expect(try file.text() == (0..<1_000).map { "line \($0)\n" }.joined())
    }

    @Test func `lines beyond the bound are counted, not kept`() throws {
        let file = try TemporaryFile("")
        let sink = LogSink(descriptor: file.descriptor)
        let line = String(repeating: "x", count: 1_023)
        for _ in 0..<1_100 { sink.write(line) }
        sink.close()
        sink.write("after the end")
        sink.run()
        let lines = try file.text().split(separator: "\n")
        let kept = lines.dropLast()
        #expect(kept.count * 1_024 <= LogSink.bufferOctetsMax)
        #expect(kept.allSatisfy { $0 == line })
        let dropped = 1_101 - kept.count
        #expect(lines.last == "[WARNING] \(dropped) log lines dropped: output too slow")
    }

    @Test func `a reader that is gone ends nothing`() throws {
        // Nothing can be written to this descriptor.
        let sink = LogSink(descriptor: -1)
        sink.write("lost")
        sink.close()
        sink.run()
    }
}
