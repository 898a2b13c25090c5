internal import Corefile
internal import DNSWire
internal import Expressions

extension TemplateRule {
    private static let options = [
        "match", "expr", "var", "answer", "additional", "authority", "rcode", "ederror",
        "fallthrough", "upstream",
    ]

    /// Functions besides those of the language (CoreDNS `template`).
    private static let functions = [
        "parseInt": Function(arity: 3...3) { (values) throws(EvaluationError) in
            guard case .int(let base) = values[1], case .int(let bits) = values[2],
                base == 0 || (2...36).contains(base), (0...64).contains(bits)
            else { throw EvaluationError("parseInt: base or size out of range") }
            guard let number = parseInt(values[0].text, base: base) else {
                throw EvaluationError("parseInt: parsing \"\(values[0].text)\": invalid syntax")
            }
            let isWide = bits == 0 || bits == 64
            guard isWide || (-(1 << (bits - 1))..<(1 << (bits - 1))).contains(number) else {
                throw EvaluationError("parseInt: \"\(values[0].text)\": value out of range")
            }
            return .int(number)
        }
    ]

    /// Reads an integer as Go's `strconv.ParseInt` does; base 0 means that a prefix says it.
    private static func parseInt(_ text: String, base: Int) -> Int? {
        guard base == 0 else { return Int(text, radix: base) }
        let isNegative = text.hasPrefix("-")
        let digits = text.drop { $0 == "-" || $0 == "+" }.lowercased()
        let (radix, rest): (Int, Substring) =
            switch digits.prefix(2) {
            case "0x": (16, digits.dropFirst(2))
            case "0b": (2, digits.dropFirst(2))
            case "0o": (8, digits.dropFirst(2))
            default:
                digits.hasPrefix("0") && digits.count > 1
                    ? (8, digits.dropFirst()) : (10, digits[...])
            }
        return Int((isNegative ? "-" : "") + rest, radix: radix)
    }

    /// Reads the arguments of a directive.
    init(
        _ cursor: inout DirectiveCursor,
        _ blockZones: [Name]
    ) throws {
        let className = try cursor.argument("a class such as IN")
        guard let recordClass = RecordClass(className) else {
            throw cursor.error("template: invalid query class \(className)", mend: "use IN or ANY")
        }
        let typeName = try cursor.argument("a type such as A")
        guard let type = RecordType(typeName) else {
            throw cursor.error(
                "template: invalid RR type \(typeName)",
                mend: "use such as A or ANY"
            )
        }
        self.init(
            recordClass: recordClass,
            type: type,
            zones: try cursor.zones(or: blockZones)
        )
    }

    /// Reads an option.
    mutating func read(_ option: String, _ cursor: inout DirectiveCursor) throws {
        switch option {
        case "match":
            repeat {
                patterns.append(try cursor.pattern(try cursor.argument("a regular expression")))
            } while cursor.hasArgument
        case "expr": conditions.append(try cursor.expression())
        case "var":
            let name = try cursor.argument("a name")
            variables.append((name, try cursor.expression()))
        case "rcode":
            let text = try cursor.onlyArgument()
            guard let code = ResponseCode(text.uppercased()) else {
                throw cursor.error("template: unknown rcode \(text)", mend: "use such as NXDOMAIN")
            }
            responseCode = code
        case "ederror":
            let code: UInt16 = try cursor.integer()
            extendedError = ExtendedError(code: code, text: cursor.nextArgument() ?? "")
        case "fallthrough": fallthroughZones = try cursor.zones(or: [.root])
        case "upstream": _ = cursor.remainingArguments()
        default:
            guard let section = Section(rawValue: option) else {
                throw cursor.unknownOption(known: TemplateRule.options)
            }
            repeat { try readRecord(section, &cursor) } while cursor.hasArgument
        }
    }

    private mutating func readRecord(
        _ section: Section,
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) {
        let text = try cursor.argument("a record with actions")
        do throws(TemplateError) {
            let template = try GoTemplate(
                text,
                name: section.rawValue,
                functions: TemplateRule.functions
            )
            records.append(Record(section: section, template: template))
        } catch {
            throw cursor.error(
                "template: could not compile template: \(error.reason)",
                mend: "see Go's text/template"
            )
        }
    }
}
