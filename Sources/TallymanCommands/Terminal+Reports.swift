import Reports

extension Styling {
    /// What an output can show.
    init(_ terminal: Terminal) {
        self.init(isColored: terminal.takesColor, width: terminal.isInteractive ? terminal.columns : nil)
    }
}

extension Terminal {
    /// Prints a table; says whether anybody still reads.
    @discardableResult
    func print(_ table: Table, _ format: TableFormat) -> Bool {
        write(format.report(styling: Styling(self)).text(of: table))
    }
}
