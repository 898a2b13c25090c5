/// The functions of the language.
enum ExpressionBuiltin: String, Sendable {
    case all
    case any
    case none
    case one
    case filter
    case map
    case count
    case find
    case findIndex
    case len
    case type
    case int
    case float
    case string
    case abs
    case min
    case max
    case ceil
    case floor
    case round
    case sum
    case lower
    case upper
    case trim
    case trimPrefix
    case trimSuffix
    case split
    case replace
    case `repeat`
    case indexOf
    case lastIndexOf
    case hasPrefix
    case hasSuffix
    case join
    case first
    case last
    case take
    case reverse
    case keys
    case values

    /// The types that a function takes and gives.
    struct Signature {
        let parameters: [ValueType]
        /// How many of the parameters must be given.
        let required: Int
        let isVariadic: Bool
        let result: ValueType

        init(
            _ parameters: [ValueType],
            _ result: ValueType,
            required: Int? = nil,
            isVariadic: Bool = false
        ) {
            self.parameters = parameters
            self.required = required ?? parameters.count
            self.isVariadic = isVariadic
            self.result = result
        }
    }

    /// Tells whether the second argument is a predicate, run for each element of the first.
    var takesPredicate: Bool {
        switch self {
        case .all, .any, .none, .one, .filter, .map, .count, .find, .findIndex: true
        default: false
        }
    }

    /// Tells whether the predicate must be a truth value.
    var predicateIsCondition: Bool { self != .map }

    var signature: Signature {
        switch self {
        case .all, .any, .none, .one: Signature([.list, .bool], .bool)
        case .filter: Signature([.list, .bool], .list)
        case .map: Signature([.list, .any], .list)
        case .count: Signature([.list, .bool], .int, required: 1)
        case .find: Signature([.list, .bool], .any)
        case .findIndex: Signature([.list, .bool], .any)
        case .len: Signature([.any], .int)
        case .type: Signature([.any], .string)
        case .int: Signature([.any], .int)
        case .float: Signature([.any], .float)
        case .string: Signature([.any], .string)
        case .abs: Signature([.float], .any)
        case .min, .max: Signature([.any], .any, isVariadic: true)
        case .ceil, .floor, .round: Signature([.float], .float)
        case .sum: Signature([.list], .any)
        case .lower, .upper: Signature([.string], .string)
        case .trim: Signature([.string, .string], .string, required: 1)
        case .trimPrefix, .trimSuffix: Signature([.string, .string], .string, required: 1)
        case .split: Signature([.string, .string, .int], .list, required: 2)
        case .replace: Signature([.string, .string, .string], .string)
        case .repeat: Signature([.string, .int], .string)
        case .indexOf, .lastIndexOf: Signature([.string, .string], .int)
        case .hasPrefix, .hasSuffix: Signature([.string, .string], .bool)
        case .join: Signature([.list, .string], .string, required: 1)
        case .first, .last: Signature([.list], .any)
        case .take: Signature([.list, .int], .list)
        case .reverse: Signature([.list], .list)
        case .keys, .values: Signature([.map], .list)
        }
    }
}
