/// What Sigma consists of, and what becomes of each part.
enum SigmaConstructs {
    static var all: [RuleConstruct] { files + sources + detection + values + modifiers + conditions + correlations }

    private static let files = [
        RuleConstruct(
            "---", in: "Files", note: "all documents of a file; rules, correlations and filters in any order and file"),
        RuleConstruct("action: global, reset, repeat", in: "Files", note: "the collections of Sigma 1"),
        RuleConstruct(
            "title, id, name, level, tags, …", in: "Files",
            note: "`level` is medium where it is missing; a rule without `id` gets one of its text"),
        RuleConstruct("status: unsupported", in: "Files", note: "the rule is listed as waiting and never evaluated"),
        RuleConstruct("status: deprecated", in: "Files", note: "evaluated, with a warning"),
        RuleConstruct("related", in: "Files", note: "read; has no effect"),
        RuleConstruct("attributes of one's own", in: "Files", note: "a warning; they have no effect"),
        RuleConstruct(
            refused: "&anchor, *alias", in: "Files", because: "a few lines of them stand for gigabytes",
            instead: "the values themselves"),
    ]

    private static let sources = [
        RuleConstruct(
            "logsource", in: "Log sources",
            note:
                "products kubernetes and docker; services audit, event, admission, daemon, authorization, inspect. A rule for another log is listed as waiting for it"
        ),
        RuleConstruct(
            "raw names", in: "Log sources",
            note: "`objectRef.resource`, `requestObject.spec.containers.image`: the record's own"),
        RuleConstruct(
            "ECS names", in: "Log sources",
            note: "`kubernetes.audit.…`, `user.name`, `source.ip`, `user_agent.original` and others"),
        RuleConstruct("RequestBody.…", in: "Log sources", note: "for product docker: into the body of a recorded call"),
        RuleConstruct(
            "lists in records", in: "Log sources", note: "any element, at any depth; a number as a step is a position"),
    ]

    private static let detection = [
        RuleConstruct(
            "detection: {cel: …}", in: "Detection",
            note: "a condition in CEL over the normalized event; keys are strict there"),
        RuleConstruct(
            "detection: {search: '…'}", in: "Detection",
            note:
                "a search of docs/search.md; conditions, or '| stats count by … | where count > N', with '| bin _time span=…' before it within that time"
        ),
        RuleConstruct(
            refused: "search: '… | eval …', other stages", in: "Detection",
            because: "a rule says something of events, and these make tables",
            instead: "run the search with hunt --search, or write conditions and one count"),
        RuleConstruct("field: value", in: "Detection", note: "all lines of a selection must be true"),
        RuleConstruct("field: [values]", in: "Detection", note: "one of them; with `|all` each of them"),
        RuleConstruct("[{…}, {…}]", in: "Detection", note: "one of the maps"),
        RuleConstruct("[keywords]", in: "Detection", note: "looked for within every value of the record"),
        RuleConstruct("timeframe", in: "Detection", note: "has no meaning without the aggregations of Sigma 1"),
        RuleConstruct(
            "filter documents", in: "Detection",
            note: "`rules` by id or name, or `any`; the log source must be the filter's"),
    ]

    private static let values = [
        RuleConstruct(
            "*, ?, \\*, \\?, \\\\", in: "Values",
            note: "any text, one character, and escaped; case does not count unless `|cased`"),
        RuleConstruct(
            "numbers, true, false", in: "Values",
            note: "compared as texts: 403 is the number and the text; a double is written without `.0`"),
        RuleConstruct("null", in: "Values", note: "the field is missing or null"),
        RuleConstruct("'*'", in: "Values", note: "the field is there, whatever it is; also an object"),
    ]

    private static let modifiers: [RuleConstruct] = [
        RuleConstruct("|contains, |startswith, |endswith", in: "Modifiers"),
        RuleConstruct("|all", in: "Modifiers"),
        RuleConstruct("|cased", in: "Modifiers"),
        RuleConstruct("|neq", in: "Modifiers", note: "also true where the field is missing"),
        RuleConstruct("|exists", in: "Modifiers"),
        RuleConstruct("|re, |re|i, |re|m, |re|s", in: "Modifiers", note: "RE2, found anywhere in the value"),
        RuleConstruct(
            refused: "look-around and back-references in |re", in: "Modifiers",
            because: "RE2 takes linear time on any input and has neither",
            instead: "a second item, with `not` around it where needed"),
        RuleConstruct("|cidr", in: "Modifiers", note: "IPv4 and IPv6"),
        RuleConstruct("|lt, |lte, |gt, |gte", in: "Modifiers", note: "numbers, and texts that are numbers"),
        RuleConstruct(
            "|minute, |hour, |day, |week, |month, |year", in: "Modifiers",
            note: "of RFC 3339 times, in UTC; weeks are ISO 8601's; with `|gte` and so on"),
        RuleConstruct(
            "|fieldref", in: "Modifiers", note: "also with `|contains`, `|startswith`, `|endswith`, `|cased`"),
        RuleConstruct(
            "|expand", in: "Modifiers", note: "`%name%` stands for the members of the list of that name (`--lists`)"),
        RuleConstruct("|base64, |base64offset", in: "Modifiers"),
        RuleConstruct("|wide, |utf16, |utf16le, |utf16be", in: "Modifiers", note: "before one of the base64 modifiers"),
        RuleConstruct("|windash", in: "Modifiers", note: "at most three dashes in one value"),
        RuleConstruct(
            refused: "|expand in |re", in: "Modifiers", because: "a list's members are no expressions",
            instead: "`|contains|expand`, or one item for each value"),
    ]

    private static let conditions = [
        RuleConstruct("and, or, not, ( )", in: "Conditions"),
        RuleConstruct(
            "1 of, any of, all of", in: "Conditions",
            note: "with `them` or a pattern; `them` leaves out names that begin with `_`"),
        RuleConstruct("[conditions]", in: "Conditions", note: "one of them must be true"),
        RuleConstruct(
            refused: "| count() by … > 5, | near", in: "Conditions",
            because: "the aggregations of Sigma 1 are no part of Sigma 2",
            instead: "a correlation rule"),
        RuleConstruct(
            refused: "2 of …", in: "Conditions", because: "Sigma has only one and all",
            instead: "the combinations, written out"),
    ]

    private static let correlations = [
        RuleConstruct(
            "event_count, value_count", in: "Correlations",
            note: "up to 100,000; values and keys without regard to case"),
        RuleConstruct(
            "value_sum, value_avg, value_median, value_percentile", in: "Correlations",
            note: "between two ranks in proportion"),
        RuleConstruct(
            "temporal, temporal_ordered", in: "Correlations",
            note: "`condition` is all rules where it is missing; equal times count in the order of the log"),
        RuleConstruct(
            "group-by, aliases", in: "Correlations", note: "an event without a key is in no group, and counted as such"),
        RuleConstruct(
            "timespan", in: "Correlations",
            note:
                "windows of event time that end at an event; an event may come a minute late. One burst is one finding: the next is made a timespan later at the earliest"
        ),
        RuleConstruct("condition: gt, gte, lt, lte, eq, neq", in: "Correlations", note: "also two of them as a range"),
        RuleConstruct("condition: rule_a and (rule_b or rule_c)", in: "Correlations", note: "of `temporal`"),
        RuleConstruct(
            refused: "such a condition of `temporal_ordered`", in: "Correlations",
            because: "it says nothing of the order", instead: "no condition: all rules, in the order of `rules`"),
        RuleConstruct(
            refused: "not in such a condition", in: "Correlations", because: "no stream can know what will not come",
            instead: "a filter over the rule that is counted"),
        RuleConstruct(
            "generate", in: "Correlations",
            note: "without it the rules that are counted make no findings of their own, shipped ones excepted"),
        RuleConstruct("correlations of correlations", in: "Correlations", note: "keys are those of the inner one"),
    ]
}
