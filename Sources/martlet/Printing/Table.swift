/// A table as kubectl prints it: columns of the widest cell and three spaces.
struct Table: Equatable {
    /// The columns' titles.
    var columns: [String]
    /// The rows, each with a cell for every column.
    var rows: [[String]] = []

    /// The space between columns.
    static let gap = 3

    /// The widths that the columns need, the last one's included.
    func widths(showsTitles: Bool = true) -> [Int] {
        let lines = (showsTitles ? [columns] : []) + rows
        return columns.indices.map { column in
            lines.map { $0[column].count }.max() ?? 0
        }
    }

    /// The table's lines; `widths` may be larger than needed, to go on with an earlier table.
    func text(showsTitles: Bool = true, widths: [Int]? = nil) -> String {
        let widths = widths ?? self.widths(showsTitles: showsTitles)
        let lines = (showsTitles ? [columns] : []) + rows
        var text = ""
        for cells in lines {
            for (index, cell) in cells.enumerated() {
                text += cell
                guard index < cells.count - 1 else { break }
                let space = max(0, widths[index] - cell.count) + Table.gap
                text += String(repeating: " ", count: space)
            }
            text += "\n"
        }
        return text
    }

    /// Puts a column in front of the others.
    mutating func prepend(_ title: String, _ cells: [String]) {
        columns.insert(title, at: 0)
        for index in rows.indices { rows[index].insert(cells[index], at: 0) }
    }

    /// Puts a column behind the others.
    mutating func append(_ title: String, _ cells: [String]) {
        columns.append(title)
        for index in rows.indices { rows[index].append(cells[index]) }
    }
}
