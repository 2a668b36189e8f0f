/// The difference of two texts in the unified format that `patch` and `git apply` take.
package enum UnifiedDiff {
    private static let context = 3

    /// One changed stretch: lines of the old text that go, and lines of the new one that come.
    private struct Change {
        var old: Range<Int>
        var new: Range<Int>
    }

    /// Writes the difference.
    ///
    /// - Parameters:
    ///   - old: the lines before.
    ///   - new: the lines after.
    ///   - file: the path of both.
    /// - Returns: the patch; empty where there is no difference.
    package static func text(from old: [String], to new: [String], file: String) -> String {
        let changes = changes(from: old, to: new)
        guard !changes.isEmpty else { return "" }
        let name = file.hasPrefix("./") ? String(file.dropFirst(2)) : file
        let isAbsolute = name.hasPrefix("/")
        var text = isAbsolute ? "--- \(name)\n+++ \(name)\n" : "--- a/\(name)\n+++ b/\(name)\n"
        for hunk in hunks(of: changes) { text += write(hunk, old, new) }
        return text
    }

    private static func changes(from old: [String], to new: [String]) -> [Change] {
        let difference = new.difference(from: old)
        let removed = Set(difference.removals.map { if case .remove(let at, _, _) = $0 { at } else { -1 } })
        let added = Set(difference.insertions.map { if case .insert(let at, _, _) = $0 { at } else { -1 } })
        var changes: [Change] = []
        var (left, right) = (0, 0)
        while left < old.count || right < new.count {
            let begin = (left, right)
            while removed.contains(left) { left += 1 }
            while added.contains(right) { right += 1 }
            if begin != (left, right) {
                changes.append(Change(old: begin.0..<left, new: begin.1..<right))
            } else {
                left += 1
                right += 1
            }
        }
        return changes
    }

    /// Changes whose surroundings touch are told together.
    private static func hunks(of changes: [Change]) -> [[Change]] {
        var hunks: [[Change]] = []
        for change in changes {
            if let last = hunks.last?.last, change.old.lowerBound - last.old.upperBound <= 2 * context {
                hunks[hunks.count - 1].append(change)
            } else {
                hunks.append([change])
            }
        }
        return hunks
    }

    private static func write(_ hunk: [Change], _ old: [String], _ new: [String]) -> String {
        guard let first = hunk.first, let last = hunk.last else { return "" }
        // A line break at the end of a file leaves an empty last element, which is no line.
        let end = old.last == "" ? old.count - 1 : old.count
        let begin = max(0, first.old.lowerBound - context)
        let stop = max(last.old.upperBound, min(end, last.old.upperBound + context))
        let removed = hunk.reduce(0) { $0 + $1.old.count }
        let added = hunk.reduce(0) { $0 + $1.new.count }
        let newBegin = begin + first.new.lowerBound - first.old.lowerBound
        var text = "@@ -\(begin + 1),\(stop - begin) +\(newBegin + 1),\(stop - begin - removed + added) @@\n"
        var at = begin
        for change in hunk {
            while at < change.old.lowerBound {
                text += " \(old[at])\n"
                at += 1
            }
            for line in change.old { text += "-\(old[line])\n" }
            for line in change.new { text += "+\(new[line])\n" }
            at = change.old.upperBound
        }
        while at < stop {
            text += " \(old[at])\n"
            at += 1
        }
        return text
    }
}
