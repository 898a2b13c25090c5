import GRDB
import KubernetesModel
import Registry

/// A question about the objects of a kind: one of eight texts, so that statements are reused.
struct SQLiteQuery {
    let sql: String
    let arguments: StatementArguments

    init(
        _ columns: String,
        _ kind: Kind,
        _ namespace: String?,
        _ term: IndexTerm?,
        isSorted: Bool
    ) {
        var conditions = ["kind = ?"]
        var values: [String] = [kind.rawValue]
        if let namespace {
            conditions.append("namespace = ?")
            values.append(namespace)
        }
        if let term {
            var inner = "kind = ? AND term = ?"
            values += [kind.rawValue, term.rawValue]
            if let namespace {
                inner += " AND namespace = ?"
                values.append(namespace)
            }
            // The plus keeps SQLite from walking the kind's index instead of the term's few rows.
            conditions = conditions.map { "+" + $0 }
            conditions.append("id IN (SELECT object FROM terms WHERE \(inner))")
        }
        let order = isSorted ? " ORDER BY namespace, name" : ""
        let condition = conditions.joined(separator: " AND ")
        sql = "SELECT \(columns) FROM objects WHERE \(condition)\(order)"
        arguments = StatementArguments(values)
    }
}
