import Testing

@testable import Corefile

@Suite("Corefile: import, snippets and the environment")
struct ImportTests {
    static let context = CorefileContext(
        environment: {
            [
                "A": "x y", "B": "{$A}", "DIR": "log", "EMPTY": "", "LINES": "a\nb", "OPEN": "{",
                "SELF": "{$SELF}", "COMMON": "common", "IMPORT": "import",
            ][$0]
        },
        files: MemoryFiles([
            "Corefile": "", "common": "errors\nlog\n", "sub/zone": "b.example {\n import more\n}\n",
            "sub/more": "cache 30\n", "sub/up": "import ../common\n", "custom/a.override": "log\n",
            "custom/b.override": "cache 5\n", "custom/ignored": "nonsense\n", "empty": "# none\n",
            "loop": "import loop\nimport loop\n", "loop2": "log\nimport ./x/../loop3\n",
            "loop3": "cache\nimport loop2\nerrors\n", "snippets": "(s) {\n log\n}\n",
            "open": "log {\n", "close": "}\n", "directory/d.d/file": "log\n",
            "/etc/dns/here": "import there\n", "/etc/dns/there": "log there\n",
        ])
    )

    static let files = [
        LanguageCase(
            "a file takes the place of its import",
            ".\nimport common\ncache\n",
            ".: errors; log; cache"
        ),
        LanguageCase("a file may have blocks", "import sub/zone\n", "b.example: cache 30"),
        LanguageCase(
            "with others around it",
            "a {\n}\nimport sub/zone\n. {\n log\n}\n",
            "a:",
            "b.example: cache 30",
            ".: log"
        ),
        LanguageCase("a path starts at the importing file", ".\nimport sub/up\n", ".: errors; log"),
        LanguageCase("or at the root", ".\nimport /etc/dns/here\n", ".: log there"),
        LanguageCase(
            "a file is imported as often as one likes",
            ".\nimport common\nimport common\n",
            ".: errors; log; errors; log"
        ),
        LanguageCase(
            "in a block, lines are imported",
            ".\nlog {\n import sub/more\n x\n}\n",
            ".: log { cache 30 x }"
        ),
        LanguageCase(
            "a pattern imports what matches, in order",
            ".\nimport custom/*.override\n",
            ".: log; cache 5"
        ),
        LanguageCase("'?' is one character", ".\nimport custom/?.override\n", ".: log; cache 5"),
        LanguageCase("a star may be in a directory", ".\nimport custo*/a.override\n", ".: log"),
        LanguageCase(
            "one star and one question mark",
            ".\nimport custo?/*.override\n",
            ".: log; cache 5"
        ),
        LanguageCase(
            "a pattern may match nothing",
            ". {\n import none/*.override\n log\n}\nimport none/*.server\n",
            [".: log"],
            warns: "2: no files match the import pattern 'none/*.override'",
            "5: no files match the import pattern 'none/*.server'"
        ),
        LanguageCase(
            "a file may be empty",
            ".\nimport empty\nlog\n",
            [".: log"],
            warns: "2: the imported file 'empty' is empty"
        ),
        LanguageCase(
            "a block may open in one file and close in another",
            ". {\n import open\n class all\n import close\n}\n",
            ".: log { class all }"
        ),
        LanguageCase(
            "a file must be there",
            ".\nimport nothing\nimport sub/nothing\n",
            errors: "2: file to import not found: nothing: create nothing, or define the snippet"
                + " (nothing) above this line",
            "3: file to import not found: sub/nothing: create sub/nothing"
        ),
        LanguageCase(
            "and be a file",
            ".\nimport sub\nimport directory/*\n",
            errors: "2: could not import sub: it is a directory: make it a file that can be read",
            "3: could not import directory/d.d: it is a directory: make it a file that can be read"
        ),
        LanguageCase(
            "a pattern must be simple",
            ".\nimport a*b*\nimport ?/?\nimport [a-z]\nimport [\n",
            errors:
                "2: the pattern 'a*b*' has more than one '*' or '?', or a '[': use one wildcard",
            "3: the pattern '?/?' has more than one '*' or '?', or a '[': use one wildcard",
            "4: the pattern '[a-z]' has more than one '*' or '?', or a '[': use one wildcard",
            "5: the pattern '[' has more than one '*' or '?', or a '[': use one wildcard"
        ),
        LanguageCase(
            "import takes one argument",
            "import\n. {\n import\n import a b\n import \"\"\n}\n",
            errors: "1: 'import' names nothing: write a file, a pattern or a snippet after it",
            "3: 'import' names nothing: write a file, a pattern or a snippet after it",
            "4: 'import' takes one argument, found 'b' too: write one 'import' line for each",
            "5: 'import' names nothing: '' is empty: set the variable"
        ),
        LanguageCase(
            "a file that imports itself is told",
            "import loop\n",
            errors: "loop:1: import cycle: loop imports loop: delete one of these imports",
            "loop:2: import cycle: loop imports loop: delete one of these imports"
        ),
        LanguageCase(
            "so are files that import each other",
            ".\nimport loop2\n",
            errors: "loop3:2: import cycle: loop2 imports loop3 imports loop2: delete one of these"
                + " imports"
        ),
        LanguageCase(
            "the Corefile itself is one of them",
            ".\nimport Corefile\n",
            errors: "2: import cycle: Corefile imports Corefile: delete one of these imports"
        ),
    ]

    static let snippets = [
        LanguageCase(
            "a snippet takes the place of its import",
            "(s) {\n log {\n  class all\n }\n}\n. {\n import s\n}",
            ".: log { class all }"
        ),
        LanguageCase(
            "as often as one likes",
            "(s) { errors\n log }\n.\nimport s\nimport s\n",
            ".: errors; log; errors; log"
        ),
        LanguageCase(
            "in a directive's block too",
            "(c) {\n a b\n}\n. {\n log {\n import c\n import c\n }\n}",
            ".: log { a b a b }"
        ),
        LanguageCase(
            "a snippet may hold blocks",
            "(s) {\n a {\n  log\n }\n}\nimport s\n",
            "a: log"
        ),
        LanguageCase(
            "a snippet may import another",
            "(a) {\n log\n}\n(b) {\n import a\n errors\n}\n"
                + ".\nimport b\n",
            ".: log; errors"
        ),
        LanguageCase(
            "even one that is defined later, but before its use",
            "(b) {\n import a\n errors\n}\n(a) {\n log\n}\n.\nimport b\n",
            ".: log; errors"
        ),
        LanguageCase(
            "a file may define snippets",
            "import snippets\n. {\n import s\n}\n",
            ".: log"
        ),
        LanguageCase("a snippet may be empty", "(s) {\n}\n. {\n import s\n}\n", ".:"),
        LanguageCase(
            "a snippet goes before a file",
            "(common) {\n cache\n}\n.\nimport common\n",
            ".: cache"
        ),
        LanguageCase(
            "its words are replaced where it is used",
            "(s) {\n log {$A}\n}\n.\nimport s\n",
            ".: log x_y"
        ),
        LanguageCase(
            "its last line does not run on",
            "(s) {\n log }\n.\nimport s\nerrors\n",
            ".: log; errors"
        ),
        LanguageCase(
            "a snippet has one key only",
            "(s) x {\n log\n}\n",
            ["(s),x: log"],
            warns: "1: the zone '(s).' does not follow the preferred syntax of names: begin labels"
                + " with a letter, and use letters, digits and hyphens"
        ),
        LanguageCase(
            "its name is as good as any",
            "(a.b/c*) {\n log\n}\n.\nimport a.b/c*\n",
            ".: log"
        ),
        LanguageCase(
            "a snippet is defined before it is used",
            ". {\n import s\n}\n(s) {\n log\n}\n",
            errors: "2: file to import not found: s: create s, or define the snippet (s) above this"
                + " line"
        ),
        LanguageCase(
            "and once",
            "(s) {\n log\n}\n(s) {\n errors\n}\n",
            errors: "4: redeclaration of previously declared snippet 's': give one of the two"
                + " another name"
        ),
        LanguageCase(
            "it does not import itself",
            "(s) {\n import s\n}\n",
            errors: "2: the snippet 's' imports itself: delete this line"
        ),
        LanguageCase(
            "nor by way of others",
            "(a) {\n import b\n}\n(b) {\n import a\n}\n. {\n import a\n}\n",
            errors: "5: import cycle: (a) imports (b) imports (a): delete one of these imports"
        ),
        LanguageCase(
            "it has braces",
            "(s)\nlog\n",
            errors: "2: unexpected 'log' after the snippet 's': write '{' after (s)"
        ),
        LanguageCase(
            "which are closed",
            "(s) {\n log {\n }\n",
            errors: "1: the file ends in the snippet 's': close it with '}'"
        ),
        LanguageCase(
            "an error in it is told once",
            "(s) {\n import\n}\n.\nimport s\nimport s\nimport s\n",
            errors: "2: 'import' names nothing: write a file, a pattern or a snippet after it"
        ),
    ]

    static let environment = [
        LanguageCase(
            "a value is one word, whatever it holds",
            ".\nlog {$A} {$LINES} b\nerrors\n",
            ".: log x_y a⏎b b; errors"
        ),
        LanguageCase("in a key", "{%COMMON%}.{$DIR}:53 {\n}\n", "common.log:53:"),
        LanguageCase("in a directive's name", ".\n{$DIR} a\n", ".: log a"),
        LanguageCase("in a pattern", ".\nimport {$COMMON}\n", ".: errors; log"),
        LanguageCase("a value may refer to another", ".\nlog {%B%}\n", ".: log x_y"),
        LanguageCase("it does not open a block", ".\nlog {$OPEN}\nerrors\n", ".: log {; errors"),
        LanguageCase(
            "among keys it may even import",
            "{$IMPORT} sub/zone\n",
            "b.example: cache 30"
        ),
        LanguageCase("an empty name is none", ".\nlog {$} {%%}\n", ".: log {$} {%%}"),
        LanguageCase("an empty value is an empty word", ".\nlog {$EMPTY} b\n", ".: log \"\" b"),
        LanguageCase(
            "what is not set is empty",
            ".\nlo{$X}g {$X}\n",
            [".: log \"\""],
            warns: "2: the environment variable 'X' is not set, so it is empty here: set it"
        ),
        LanguageCase(
            "variables of templates need a space",
            ".\nanswer \"{{$x := 1}}{{ $x }}\"\n",
            [".: answer {}{{_$x_}}"],
            warns: "2: the environment variable 'x := 1' is not set, so it is empty here: put"
                + " white space before the '$' of a template's variable"
        ),
        LanguageCase(
            "a value does not refer to itself",
            ".\nlog {$SELF}\n",
            errors: "2: the environment references of '{$SELF}' never end or grow beyond 65536"
                + " octets: set the variables to values without references"
        ),
    ]

    @Test(arguments: files)
    func `files and patterns`(_ test: LanguageCase) { test.check(Self.context) }

    @Test(arguments: snippets)
    func `snippets and their uses`(_ test: LanguageCase) { test.check(Self.context) }

    @Test(arguments: environment)
    func `environment variables`(_ test: LanguageCase) { test.check(Self.context) }

    @Test func `errors in an imported file name that file`() {
        let files = MemoryFiles(["/etc/dns/Corefile.d/a.server": "a {\n bogus\n}\n"])
        let errors = #expect(throws: CorefileErrors.self) {
            try Corefile(
                parsing: "import Corefile.d/*.server\n",
                file: "/etc/dns/Corefile",
                context: CorefileContext(directives: ["log"], files: files)
            )
        }
        #expect(errors?.errors.map(\.position?.description) == ["/etc/dns/Corefile.d/a.server:2"])
    }

    @Test(arguments: [
        ("a/b", "a/b"), ("./a", "a"), ("a//b/", "a/b"), ("a/../b", "b"), ("../a", "../a"),
        ("a/../../b", "../b"), ("/../a", "/a"), ("/", "/"), ("", "."), ("a/..", "."),
        ("/a/./b", "/a/b"),
    ])
    func `a path is made as short as can be`(_ path: String, _ short: String) {
        #expect(FilePattern.clean(path) == short)
    }

    /// Snippets of ten times the one before, the first of which has a body.
    static func laughs(_ body: String, levels: Int) -> String {
        var text = "(s0) {\n\(body)\n}\n"
        for level in 1...levels {
            text +=
                "(s\(level)) {\n"
                + String(repeating: " import s\(level - 1)\n", count: 10) + "}\n"
        }
        return text + ".\nimport s\(levels)\n"
    }

    @Test(arguments: [
        (laughs(" log a", levels: 5), "maximum snippet import depth (10000) exceeded"),
        (
            laughs(String(repeating: " log a\n", count: 50), levels: 3),
            "the Corefile and its imports have more than 50000 words"
        ),
    ])
    func `what imports blow up ends at a limit`(_ text: String, _ message: String) {
        var parser = Parser(context: CorefileContext())
        parser.wordsMax = 50_000
        let errors = #expect(throws: CorefileErrors.self) {
            try parser.parse(Array(text.utf8), file: "Corefile")
        }
        #expect(errors?.errors.map(\.message) == [message])
    }
}
