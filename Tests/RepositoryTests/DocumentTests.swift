import Foundation
import Testing

@Suite("The repository: documents")
struct DocumentTests {
    @Test func `every RFC that the code cites has its line, and no other`() throws {
        let list = try #require(Repository.file("docs/RFC.md"))
        var listed: [String] = []
        for line in list.lines {
            guard let match = line.firstMatch(of: #/^\| (\d+) \|/#) else { continue }
            listed.append(String(match.1))
        }
        #expect(listed == listed.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }, "not in order")
        #expect(Set(listed).count == listed.count, "a line is there twice")
        var cited: Set<String> = []
        for file in Repository.sources + Repository.shims {
            for line in file.lines {
                for match in line.matches(of: #/RFCs? ?(\d+)/#) { cited.insert(String(match.1)) }
            }
        }
        #expect(cited.subtracting(listed).sorted() == [], "cited, but not in docs/RFC.md")
        #expect(Set(listed).subtracting(cited).sorted() == [], "in docs/RFC.md, but not cited")
    }

    @Test func `every dependency has its reason`() throws {
        let package = try #require(Repository.file("Package.swift"))
        let reasons = try #require(Repository.file("docs/dependencies.md"))
            .lines.joined(separator: "\n")
        var count = 0
        for line in package.lines {
            if let match = line.firstMatch(of: #/\.package\(url: "([^"]+)"/#) {
                #expect(reasons.contains("](\(match.1))"), "\(match.1)")
                count += 1
            }
            if let match = line.firstMatch(of: #/\.apt\(\["([^"]+)"\]\)/#) {
                #expect(reasons.contains("`\(match.1)`"), "\(match.1)")
                count += 1
            }
        }
        #expect(count >= 6)
    }

    @Test func `every package of the Makefile is named among the dependencies`() throws {
        let makefile = try #require(Repository.file("Makefile"))
        let reasons = try #require(Repository.file("docs/dependencies.md"))
            .lines.joined(separator: "\n")
        for line in makefile.lines where line.contains(#/^(BUILD|TEST|BENCH)_PACKAGES [:+]=/#) {
            for name in line.split(separator: " ").dropFirst(2) {
                #expect(reasons.contains("`\(name)`"), "\(name)")
            }
        }
    }

    @Test func `links lead to files that are there`() {
        for file in Repository.documents {
            let folder = file.path.split(separator: "/").dropLast().joined(separator: "/")
            for line in file.lines {
                for match in line.matches(of: #/\]\(([^)\s]+)\)/#) {
                    let target = match.1.split(separator: "#", omittingEmptySubsequences: false)[0]
                    guard !target.isEmpty, !target.contains(":") else { continue }
                    let path = folder.isEmpty ? String(target) : "\(folder)/\(target)"
                    #expect(Repository.exists(path), "\(file.path) links to \(target)")
                }
            }
        }
    }

    @Test func `paths in code font are there`() {
        let folders = ["Sources/", "Tests/", "docs/", "zones/", "bench/", "scripts/"]
        for file in Repository.documents {
            for line in file.lines {
                for match in line.matches(of: #/`([A-Za-z][\w.+\/-]*)`/#)
                where folders.contains(where: match.1.hasPrefix) {
                    #expect(Repository.exists(String(match.1)), "\(file.path): \(match.1)")
                }
            }
        }
    }

    @Test func `every decision is in the list of decisions`() throws {
        let list = try #require(Repository.file("docs/decisions/README.md"))
            .lines.joined(separator: "\n")
        for file in Repository.files(below: "docs/decisions", ".md") {
            let name = String(file.path.split(separator: "/").last ?? "")
            #expect(name == "README.md" || list.contains("](\(name))"), "\(name)")
        }
    }

    @Test func `every target is in the architecture`() throws {
        let package = try #require(Repository.file("Package.swift"))
        let text = try #require(Repository.file("docs/architecture.md"))
            .lines.joined(separator: "\n")
        let targets = package.lines.joined(separator: "\n")
            .matches(of: #/\n\s+house\(\s*"(\w+)"/#).map(\.1)
        for target in targets { #expect(text.contains("`\(target)`"), "\(target)") }
        #expect(targets.count > 20)
    }

    @Test func `every folder of code is a target, so that its tests run`() throws {
        let package = try #require(Repository.file("Package.swift")).lines
        let folders = ["Sources", "Tests"].flatMap { Repository.folders(in: $0) }
        for folder in folders where folder != "Fixtures" {
            #expect(package.contains { $0.contains("\"\(folder)\"") }, "\(folder)")
        }
        #expect(folders.count > 40)
    }
}
