import GRDB
import KubernetesModel
import Registry

/// A question about the objects of a kind: one of a few texts, so that statements are reused.
struct SQLiteQuery {
    /// What a question asks for.
    enum Columns: Int, CaseIterable {
        case key
        case object
        case count

        var text: String {
            switch self {
            case .key: "namespace, name"
            case .object: "namespace, name, json"
            case .count: "count(*)"
            }
        }
    }

    let sql: String
    let arguments: StatementArguments

    init(_ columns: Columns, _ kind: Kind, _ namespace: String?, _ term: IndexTerm?) {
        sql =
            SQLiteQuery.texts[
                columns.rawValue * 4 + (namespace == nil ? 0 : 2) + (term == nil ? 0 : 1)
            ]
        var values = [kind.rawValue.databaseValue]
        if let term { values.append(term.rawValue.databaseValue) }
        if let namespace { values.append(namespace.databaseValue) }
        arguments = StatementArguments(values)
    }

    /// All texts, made once.
    private static let texts: [String] = Columns.allCases.flatMap { columns in
        [false, true].flatMap { hasNamespace in
            [false, true].map { text(columns, hasNamespace: hasNamespace, hasTerm: $0) }
        }
    }

    private static func text(_ columns: Columns, hasNamespace: Bool, hasTerm: Bool) -> String {
        let namespace = hasNamespace ? " AND namespace = ?" : ""
        let order = columns == .count ? "" : " ORDER BY namespace, name"
        guard hasTerm else {
            return "SELECT \(columns.text) FROM objects WHERE kind = ?\(namespace)\(order)"
        }
        let filed = "FROM terms WHERE kind = ? AND term = ?\(namespace)"
        if columns == .count { return "SELECT count(*) \(filed)" }
        return "SELECT \(columns.text) FROM objects WHERE id IN (SELECT object \(filed))\(order)"
    }
}
