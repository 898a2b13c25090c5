import Corefile
import Testing

/// Expects that directives are refused, with exactly these words.
func expectMistake(
    _ directives: String,
    _ expected: String,
    at location: SourceLocation = #_sourceLocation
) {
    let error = #expect(throws: CorefileErrors.self, sourceLocation: location) {
        try ChainFixture(directives)
    }
    #expect(error?.description == expected, sourceLocation: location)
}
