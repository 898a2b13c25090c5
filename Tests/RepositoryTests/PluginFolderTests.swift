import Foundation
import Testing

/// A plugin is one folder: directive, options, behaviour, metrics; beside it its tests and a page.
@Suite("The repository: plugins")
struct PluginFolderTests {
    /// The folders below `Sources/Plugins`, without what plugins share.
    private static let folders: [String] = {
        let sources = Repository.sources.map(\.path).filter { $0.hasPrefix("Sources/Plugins/") }
        let names = sources.compactMap { path -> String? in
            let parts = path.split(separator: "/")
            return parts.count > 3 ? String(parts[2]) : nil
        }
        return Set(names).subtracting(["Core"]).sorted()
    }()

    /// The name of a folder's directive: `K8sExternal` is `k8s_external`.
    private static func directive(_ folder: String) -> String {
        folder == "K8sExternal" ? "k8s_external" : folder.lowercased()
    }

    @Test func `there are folders`() {
        #expect(Self.folders.count > 40)
    }

    @Test(arguments: folders)
    func `a folder has its directive, its page and its tests`(_ folder: String) throws {
        let name = Self.directive(folder)
        let path = "Sources/Plugins/\(folder)/\(folder)Directive.swift"
        let source = try #require(Repository.file(path), "\(path) is missing")
        #expect(source.lines.contains { $0.contains("name: \"\(name)\"") })
        #expect(Repository.exists("docs/plugins/\(name).md"))
        let tests = Repository.tests.map(\.path)
            .filter { $0.hasPrefix("Tests/PluginsTests/\(folder)") && $0.hasSuffix("Tests.swift") }
        #expect(!tests.isEmpty, "Tests/PluginsTests/\(folder)Tests.swift is missing")
    }

    @Test func `each page is of a folder`() {
        let pages = Repository.documents.map(\.path).filter { $0.hasPrefix("docs/plugins/") }
            .map { $0.dropFirst("docs/plugins/".count).dropLast(".md".count) }
        // `import` is done before there are directives.
        let known = Set(Self.folders.map(Self.directive) + ["README", "import"])
        #expect(Set(pages.map(String.init)) == known)
    }

    @Test func `one list names the directives, and a folder only its own`() {
        for folder in Self.folders {
            let own = "Sources/Plugins/\(folder)/"
            let files = Repository.sources.filter { $0.path.hasPrefix(own) }
            let made = files.flatMap { $0.places(of: #/static let \w+ = PluginDirective\(/#) }
            #expect(made.count == 1, "\(folder): \(made)")
        }
        let others = Repository.sources.filter {
            $0.path.hasPrefix("Sources/Plugins/Core/") || $0.path.hasPrefix("Sources/DNSServer/")
        }
        let list = others.flatMap { $0.places(of: #/static let \w+ = PluginDirective\(/#) }
        #expect(list == [])
    }
}
