import Glibc
import Plugins
import Testing

/// The pages in `docs/plugins/` are what the directives say of themselves.
@Suite struct PluginManualTests {
    private static let folder =
        "\(#filePath)".split(separator: "/").dropLast(3)
        .reduce("") { "\($0)/\($1)" } + "/docs/plugins"
    private static let manuals = PluginDirective.manuals

    @Test(arguments: manuals)
    func `the page of a directive is what it says of itself`(_ manual: PluginManual) throws {
        let path = "\(Self.folder)/\(manual.name).md"
        if unsafe getenv("UPDATE_PLUGIN_PAGES") != nil { try write(manual.markdown, to: path) }
        let page = try #require(read(path), "\(path) is missing")
        #expect(page == manual.markdown, "UPDATE_PLUGIN_PAGES=1 writes the page anew")
    }

    @Test func `the list of the pages names all`() throws {
        let path = "\(Self.folder)/README.md"
        let text = PluginDirective.manualIndex
        if unsafe getenv("UPDATE_PLUGIN_PAGES") != nil { try write(text, to: path) }
        #expect(try #require(read(path)) == text, "UPDATE_PLUGIN_PAGES=1 writes the list anew")
    }

    @Test func `every directive has a page`() {
        #expect(PluginDirective.all.filter { $0.manual == nil }.map(\.name) == [])
    }

    private func read(_ path: String) -> String? {
        guard let file = unsafe fopen(path, "r") else { return nil }
        defer { unsafe fclose(file) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while case let count = unsafe fread(&buffer, 1, buffer.count, file), count > 0 {
            octets += buffer[..<count]
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private func write(_ text: String, to path: String) throws {
        _ = unsafe mkdir(Self.folder, 0o755)
        let opened = unsafe fopen(path, "w")
        let file = try unsafe #require(opened)
        defer { unsafe fclose(file) }
        let octets = Array(text.utf8)
        try #require(unsafe fwrite(octets, 1, octets.count, file) == octets.count)
    }
}
