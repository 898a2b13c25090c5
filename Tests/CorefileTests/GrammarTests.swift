import Testing

@testable import Corefile

@Suite("Corefile: blocks, directives and braces")
struct GrammarTests {
    static let context = CorefileContext(
        directives: ["log", "errors", "cache", "forward", "kubernetes", "whoami"]
    )

    static let blocks = [
        LanguageCase("an empty file has no blocks", ""),
        LanguageCase("nor has one of comments", "# nothing\n"),
        LanguageCase("a block is keys and directives", ". {\n log\n errors\n}\n", ".: log; errors"),
        LanguageCase("a final line need not end", ". {\n log\n}", ".: log"),
        LanguageCase("lines may end in CR LF", ". {\r\n log\r\n}\r\n", ".: log"),
        LanguageCase("a block's brace may be on the next line", ".\n{\n log\n}\n", ".: log"),
        LanguageCase("a block may be empty", ". {\n}\n", ".:"),
        LanguageCase("a block may begin on the line of its brace", ". { log\n}\n", ".: log"),
        LanguageCase("blocks follow each other", "a {\n}\nb {\n log\n}\n", "a:", "b: log"),
        LanguageCase("even on one line", "a {\n} b {\n}\n", "a:", "b:"),
        LanguageCase(
            "keys without a block are a block",
            "a.example b.example",
            "a.example,b.example:"
        ),
        LanguageCase("one block needs no braces", "a\nlog\nerrors\n", "a: log; errors"),
        LanguageCase(
            "a brace ends it",
            "a\nlog\n}\nb {\n log\n}\n",
            ["a: log", "b: log"],
            warns:
                "3: this '}' closes nothing that was opened, and ends the server block: delete it,"
                + " or write '{' behind the block's zones"
        ),
        LanguageCase("keys are set apart by commas or space", "a, b c , d.e {\n}\n", "a,b,c,d.e:"),
        LanguageCase("a comma at the end goes on on the next line", "a,\nb,\nc {\n}\n", "a,b,c:"),
        LanguageCase("an empty key is none", "\"\" a {\n}\n", "a:"),
        LanguageCase(
            "a quoted key may have a space",
            "\"x y\" {\n}\n",
            ["x_y:"],
            warns: "1: the zone 'x y.' does not follow the preferred syntax of names: begin labels"
                + " with a letter, and use letters, digits and hyphens"
        ),
        LanguageCase(
            "behind a comma there must be a key",
            "a, {\n}\n",
            errors: "1: expected another key but found '{': delete the comma before it"
        ),
        LanguageCase(
            "an empty one is none",
            "a, \"\" {\n}\n",
            errors: "1: expected another key but found '{': delete the comma before it"
        ),
        LanguageCase(
            "the end of the file is none either",
            "a,",
            errors: "1: the file ends where another key must follow: delete the comma"
        ),
        LanguageCase(
            "a block without keys is dropped",
            "{\n log\n}\n",
            [],
            warns: "1: a server block without keys is ignored: write its zones before '{'"
        ),
        LanguageCase(
            "braces are words: 'a{' is a zone",
            "a{\nlog\n}\n",
            ["a{: log"],
            warns:
                "3: this '}' closes nothing that was opened, and ends the server block: delete it,"
                + " or write '{' behind the block's zones",
            "1: 'a{' is taken for a zone: put white space around braces that open or close a block"
        ),
        LanguageCase(
            "'.{' would be one, but for its empty label",
            ".{\nlog\n}\n",
            errors: "1: zone is not a valid domain name: '.{': put white space around braces that"
                + " open or close a block"
        ),
        LanguageCase(
            "so is '{}'",
            ". {}",
            [".,{}:"],
            warns: "1: '{}' is taken for a zone: put white space around braces that open or close a"
                + " block"
        ),
        LanguageCase(
            "an extra brace is a zone",
            ". {\n log\n}\n}\n",
            [".: log", "}:"],
            warns: "4: '}' is taken for a zone: put white space around braces that open or close a"
                + " block"
        ),
        LanguageCase(
            "a block must be closed",
            ". {\n log\n",
            errors: "2: the file ends in the server block that begins at Corefile:1: close it with"
                + " '}' on a line of its own"
        ),
        LanguageCase(
            "the brace of an inner block will do at the end",
            ". {\n log {\n class all\n }\n",
            [".: log { class all }"],
            warns: "1: the server block that begins here is not closed: add '}' at the end of the"
                + " file"
        ),
    ]

    static let directives = [
        LanguageCase("a directive has arguments", ".\nlog a b\n", ".: log a b"),
        LanguageCase(
            "and a block",
            ".:53 {\n log . {\n  class error\n }\n}",
            ".:53: log . { class error }"
        ),
        LanguageCase(
            "blocks nest",
            ".\nlog {\n a {\n  b c\n }\n d\n}\n",
            ".: log { a { b c } d }"
        ),
        LanguageCase(
            "a block may close on the line of an argument",
            ". {\n log {\n class all }\n}\n",
            ".: log { class all }"
        ),
        LanguageCase(
            "and open and close on one",
            ". {\n log { class all\n}\n}\n",
            ".: log { class all }"
        ),
        LanguageCase(
            "what follows its brace belongs to the directive",
            ".\nlog {\n } a b\nerrors\n",
            ".: log { } a b; errors"
        ),
        LanguageCase(
            "a brace on the next line stays with the directive",
            ". {\n log\n {\n class all\n }\n}\n",
            ".: log { class all }"
        ),
        LanguageCase(
            "directives repeat, and keep their order",
            ". {\n log a\n errors\n log b\n}\n",
            ".: log a; errors; log b"
        ),
        LanguageCase(
            "a quoted argument may have lines",
            ". {\n log \"a\nb\" c\n}\n",
            ".: log a⏎b c"
        ),
        LanguageCase(
            "a backslash goes on with nothing",
            ".\nlog \\\nerrors\n",
            ".: log \\; errors"
        ),
        LanguageCase("'import' in a line is a word", ".\nlog import x\n", ".: log import x"),
        LanguageCase(
            "a directive ends before the brace of its server block",
            ". { log }",
            errors: "1: unexpected '}' because no brace is open on the line of 'log': move it to a"
                + " line of its own"
        ),
        LanguageCase(
            "wherever that is",
            ". {\n log }\n",
            errors: "2: unexpected '}' because no brace is open on the line of 'log': move it to a"
                + " line of its own"
        ),
        LanguageCase(
            "its own block must be closed",
            ". {\n log {\n class all\n",
            errors: "2: the file ends in the block of 'log': close it with '}'"
        ),
        LanguageCase(
            "unknown directives are refused, each with a proposal; case counts",
            ". {\n LOG\n cahce 30\n log\n banana {\n x\n }\n}\n",
            errors: "2: unknown directive 'LOG': did you mean 'log'?",
            "3: unknown directive 'cahce': did you mean 'cache'?",
            "5: unknown directive 'banana': use cache, errors, forward, kubernetes, log, whoami"
        ),
        LanguageCase(
            "errors of several blocks come together",
            "a {\n x1\n}\nb, {\n}\n(s) {\n}\n(s) {\n}\nc {\n import none\n log",
            errors:
                "2: unknown directive 'x1': use cache, errors, forward, kubernetes, log, whoami",
            "4: expected another key but found '{': delete the comma before it",
            "8: redeclaration of previously declared snippet 's': give one of the two another name",
            "11: file to import not found: none: create none, or define the snippet (none) above"
                + " this line",
            "12: the file ends in the server block that begins at Corefile:10: close it with '}' on"
                + " a line of its own"
        ),
    ]

    static let keys = [
        LanguageCase(
            "a scheme that is not known is a part of the zone",
            "foo://x TLS://x {\n}\n",
            ["foo://x,TLS://x:"],
            warns: "1: 'foo://x' has no scheme that is known: all of it is taken for a zone: use"
                + " dns://, tls://, quic://, grpc://, https://, https3://",
            "1: 'TLS://x' has no scheme that is known: all of it is taken for a zone: use dns://,"
                + " tls://, quic://, grpc://, https://, https3://"
        ),
        LanguageCase(
            "unix:// is known and not served",
            "unix:///tmp/dns {\n}\n",
            ["unix:///tmp/dns:"],
            warns: "1: 'unix:///tmp/dns' is served by nothing: delete it"
        ),
        LanguageCase(
            "labels that begin with a digit are unusual",
            "1a.example {\n}\n",
            ["1a.example:"],
            warns: "1: the zone '1a.example.' does not follow the preferred syntax of names: begin"
                + " labels with a letter, and use letters, digits and hyphens"
        ),
        LanguageCase(
            "not in reverse zones",
            "10.in-addr.arpa 8.b.d.0.1.0.0.2.ip6.arpa 10.0.0.0/8\n",
            "10.in-addr.arpa,8.b.d.0.1.0.0.2.ip6.arpa,10.0.0.0/8:"
        ),
        LanguageCase(
            "schemes and ports are no warning",
            "tls://a.example:8853 https://a-b.example dns://.\n",
            "tls://a.example:8853,https://a-b.example,dns://.:"
        ),
        LanguageCase(
            "keys that mean nothing are told with all else",
            "a: b\n{\n x\n}\n:53 1.2.3.4:99999 {\n}\n",
            errors: "3: unknown directive 'x': use cache, errors, forward, kubernetes, log, whoami",
            "1: expecting data after last colon: 'a:': write a port, or delete the colon",
            "5: zone is not a valid domain name: '': write '.' for the root",
            "5: '99999' in '1.2.3.4:99999' is no port: use 1 to 65535"
        ),
    ]

    @Test(arguments: blocks)
    func `server blocks`(_ test: LanguageCase) { test.check(Self.context) }

    @Test(arguments: directives)
    func `directives and their blocks`(_ test: LanguageCase) { test.check(Self.context) }

    @Test(arguments: keys)
    func `unusual keys`(_ test: LanguageCase) { test.check(Self.context) }
}
