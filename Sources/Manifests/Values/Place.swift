/// Where something stands in a text.
package struct Place: Hashable, Sendable, Comparable {
    /// The line, from 1; 0 where it is not known.
    package var line: Int
    /// The column in characters, from 1; 0 where it is not known.
    package var column: Int

    /// Makes a place.
    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    /// The whole file.
    package static let unknown = Place(line: 0, column: 0)

    package static func < (left: Place, right: Place) -> Bool {
        (left.line, left.column) < (right.line, right.column)
    }
}
