/// Finds the name that a misspelt one was probably meant to be.
package enum Spelling {
    /// The nearest of some names; nil where none is near enough to be meant.
    package static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let typed = Array(name.lowercased().utf8.prefix(64))
        let allowed = max(1, typed.count / 3)
        var best: (name: String, distance: Int)?
        for candidate in candidates {
            let other = Array(candidate.lowercased().utf8.prefix(64))
            guard abs(other.count - typed.count) <= allowed else { continue }
            let found = distance(typed, other)
            guard found <= allowed else { continue }
            // Of names equally near the first in the alphabet, whatever order they come in.
            if let best, (best.distance, best.name) <= (found, candidate) { continue }
            best = (candidate, found)
        }
        return best?.name
    }

    /// How many letters must be put in, left out or changed to make one word of the other.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let substituted = diagonal + (letter == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
            }
        }
        return row[right.count]
    }
}
