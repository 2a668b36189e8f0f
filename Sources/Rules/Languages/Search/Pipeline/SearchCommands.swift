/// The commands of Splunk's search language: which are read, and what to write instead of the others.
enum SearchCommands {
    /// Commands that are read.
    static let known = [
        "search", "where", "eval", "stats", "timechart", "bin", "sort", "head", "tail", "dedup", "table", "fields",
        "rename", "top", "rare",
    ]

    /// Commands that are not, and what does the same.
    private static let instead: [String: String] = [
        "chart": "use 'stats … by' or 'timechart'",
        "transaction": "use 'stats' by what the events share, or a correlation rule",
        "join": "use 'stats … by' over both kinds of events", "lookup": "name a list: image IN (\"known_images_list\")",
        "inputlookup": "name a list: image IN (\"known_images_list\")",
        "rex": "use 'eval x=replace(…)' or 'where match(…)'",
        "regex": "use 'where match(field, \"pattern\")'", "tstats": "use 'stats'",
        "spath": "name the field by its path",
        "fillnull": "use 'eval x=coalesce(x, 0)'", "mvexpand": "'stats … by' counts each of several values",
        "eventstats": "use 'stats'", "streamstats": "use 'stats', or a correlation rule",
    ]

    /// What is wrong with a command that is not read.
    static func fault(_ command: SearchStageLexer.Token, in search: String) -> SearchFault {
        let name = command.keyword?.lowercased() ?? ""
        let hint = instead[name].map { "; \($0)" } ?? Spelling.hint(for: name, among: known)
        let message =
            instead[name] == nil
            ? "there is no command '\(name)'; there are \(known.joined(separator: ", "))\(hint)"
            : "the command '\(name)' is not read\(hint)"
        return SearchFault(message, in: search, at: command.offset)
    }
}
