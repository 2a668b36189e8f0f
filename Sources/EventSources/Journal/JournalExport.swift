/// Takes `journalctl -o export` apart, whatever pieces it comes in.
///
/// <https://systemd.io/JOURNAL_EXPORT_FORMATS/#journal-export-format>
struct JournalExport {
    /// One entry of the journal.
    struct Entry: Equatable {
        /// The fields that are kept.
        var fields: [String: [UInt8]] = [:]
        /// Fields that were left out, as they or the entry are too large.
        var leftOut = 0

        /// A field's text.
        func text(_ name: String) -> String? { fields[name].map { String(decoding: $0, as: UTF8.self) } }
    }

    /// The fields that are kept; an entry has dozens, which anybody who logs may add to.
    private let wanted: Set<String>
    /// The most that is kept of an entry.
    private let limit: Int
    private var entry = Entry()
    private var isEmpty = true
    private var kept = 0
    /// The beginning of what is not complete yet: a line, or the eight bytes of a length.
    private var pending: [UInt8] = []
    private var step = Step.line

    private enum Step {
        case line
        /// A length of eight bytes comes.
        case length(name: String)
        /// So many bytes of a value are missing.
        case value(name: String?, missing: UInt64)
        /// The line ending behind a value.
        case ending
        /// The rest of a line that is too long.
        case rest
    }

    /// Makes a reader.
    ///
    /// - Parameters:
    ///   - wanted: the fields that are kept.
    ///   - limit: the most bytes that are kept of an entry.
    init(wanted: Set<String>, limit: Int = 1 << 20) {
        self.wanted = wanted
        self.limit = limit
    }

    /// Takes a piece.
    ///
    /// - Parameter bytes: what comes next.
    /// - Returns: the entries that it completes.
    mutating func take(_ bytes: [UInt8]) -> [Entry] {
        var entries: [Entry] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            switch step {
            case .line: takeLine(&rest, &entries)
            case .rest:
                let end = rest.firstIndex(of: 0x0A)
                rest = end.map { rest[($0 + 1)...] } ?? []
                if end != nil { step = .line }
            case .length(let name):
                let part = rest.prefix(8 - pending.count)
                pending += part
                rest = rest.dropFirst(part.count)
                guard pending.count == 8 else { break }
                let length = pending.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
                pending = []
                let fits = wanted.contains(name) && length <= UInt64(limit - kept)
                if wanted.contains(name), !fits { entry.leftOut += 1 }
                if fits {
                    kept += Int(length)
                    entry.fields[name] = []
                }
                step = length == 0 ? .ending : .value(name: fits ? name : nil, missing: length)
            case .value(let name, let missing):
                let part = rest.prefix(Int(min(missing, UInt64(rest.count))))
                if let name { entry.fields[name]? += part }
                rest = rest.dropFirst(part.count)
                let left = missing - UInt64(part.count)
                step = left == 0 ? .ending : .value(name: name, missing: left)
            case .ending:
                rest = rest.dropFirst()
                step = .line
            }
        }
        return entries
    }

    private mutating func takeLine(_ rest: inout ArraySlice<UInt8>, _ entries: inout [Entry]) {
        guard let end = rest.firstIndex(of: 0x0A) else {
            pending += rest
            rest = []
            guard pending.count > limit else { return }
            pending = []
            entry.leftOut += 1
            step = .rest
            return
        }
        pending += rest[..<end]
        rest = rest[(end + 1)...]
        defer { pending = [] }
        guard !pending.isEmpty else {
            if !isEmpty { entries.append(entry) }
            (entry, isEmpty, kept) = (Entry(), true, 0)
            return
        }
        isEmpty = false
        guard let equals = pending.firstIndex(of: UInt8(ascii: "=")) else {
            step = .length(name: String(decoding: pending.prefix(64), as: UTF8.self))
            return
        }
        let name = String(decoding: pending[..<equals].prefix(64), as: UTF8.self)
        guard wanted.contains(name) else { return }
        let value = pending[(equals + 1)...]
        guard value.count <= limit - kept else {
            entry.leftOut += 1
            return
        }
        kept += value.count
        entry.fields[name] = Array(value)
    }
}
