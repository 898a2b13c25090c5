import Testing

@testable import Corefile

@Suite("Corefile: a plugin's walk over its directive")
struct DirectiveCursorTests {
    static func cursor(_ text: String) throws -> DirectiveCursor {
        let corefile = try Corefile(parsing: ". {\n\(text)\n}\n")
        return try #require(corefile.blocks.first?.directives.first).cursor()
    }

    @Test func `arguments, options and their arguments come in order`() throws {
        var cursor = try Self.cursor("k a.b c {\n ttl 5\n pods insecure\n\n x\n}")
        #expect(cursor.current == "k")
        #expect(cursor.remainingArguments() == ["a.b", "c"])
        #expect(cursor.nextOption() == "ttl")
        #expect(try cursor.onlyArgument() == "5")
        #expect(cursor.nextOption() == "pods")
        #expect(cursor.position?.line == 4)
        #expect(cursor.nextArgument() == "insecure")
        #expect(cursor.nextArgument() == nil)
        #expect(cursor.nextOption() == "x")
        try cursor.expectLineEnd()
        #expect(cursor.nextOption() == nil)
        #expect(cursor.nextOption() == nil)
        try cursor.expectEnd()
    }

    @Test func `a brace that closes the block ends the arguments before it`() throws {
        var cursor = try Self.cursor("log { class all }")
        #expect(cursor.nextOption() == "class")
        #expect(cursor.remainingArguments() == ["all"])
        #expect(cursor.nextOption() == nil)
        try cursor.expectEnd()
    }

    @Test func `an empty block has no option`() throws {
        var cursor = try Self.cursor("log {\n}")
        #expect(cursor.nextOption() == nil)
        try cursor.expectEnd()
    }

    @Test func `a nested block is entered on purpose`() throws {
        var cursor = try Self.cursor("rewrite {\n stop {\n name a b\n }\n after x\n}")
        #expect(cursor.nextOption() == "stop")
        let enters = cursor.enterBlock()
        #expect(enters)
        #expect(cursor.nextOption() == "name")
        #expect(cursor.remainingArguments() == ["a", "b"])
        #expect(cursor.nextOption() == nil)
        #expect(cursor.nextOption() == "after")
        #expect(cursor.remainingArguments() == ["x"])
        #expect(cursor.nextOption() == nil)
        try cursor.expectEnd()
    }

    @Test func `a brace on the next line is told to move`() throws {
        var cursor = try Self.cursor("log\n{\n class all\n}")
        #expect(cursor.nextOption() == nil)
        let error = #expect(throws: CorefileError.self) { try cursor.expectEnd() }
        #expect(
            error?.description
                == "Corefile:3: unexpected '{' in 'log': move it to the end of the line of 'log'"
        )
    }

    @Test func `errors name the place and the mend`() throws {
        var cursor = try Self.cursor("k {\n tll 5\n ttl\n ttl 1 2\n}")
        _ = cursor.nextOption()
        #expect(
            cursor.unknownOption(known: ["ttl", "pods"]).description
                == "Corefile:3: unknown property 'tll' of 'k': did you mean 'ttl'?"
        )
        _ = cursor.nextArgument()
        _ = cursor.nextOption()
        #expect(throws: CorefileError.self) { try cursor.onlyArgument() }
        _ = cursor.nextOption()
        let error = #expect(throws: CorefileError.self) { try cursor.onlyArgument() }
        #expect(error?.description == "Corefile:5: 'ttl' takes one argument: delete '2'")
    }
}
