extension FalcoLanguage {
    package static let constructs: [RuleConstruct] = items + rules + conditions + transformers + outputs + sources

    private static let items = [
        RuleConstruct("list", in: "Items", note: "lists in lists, however deep"),
        RuleConstruct("macro", in: "Items", note: "a macro sees those that are defined before it, as in Falco"),
        RuleConstruct("rule", in: "Items", note: "a name used again redefines the rule; the source must stay the same"),
        RuleConstruct(
            "append: true", in: "Items",
            note: "lists, and the condition and exceptions of rules; the condition of macros"),
        RuleConstruct(
            "override", in: "Items",
            note: "append: condition, output, desc, tags, exceptions, items; replace: these, priority, enabled, "
                + "warn_evttypes, skip-if-unknown-filter"),
        RuleConstruct(
            "required_engine_version", in: "Items",
            note: "a number or a version; newer than \(FalcoVersions.engine) gives a warning"),
        RuleConstruct(
            "required_plugin_versions", in: "Items",
            note: "with alternatives; unknown or newer plugins give a warning. Known: "
                + FalcoVersions.plugins.keys.sorted().joined(separator: ", ")),
    ]

    private static let rules = [
        RuleConstruct("condition", in: "Keys of a rule"),
        RuleConstruct("output", in: "Keys of a rule", note: "the message"),
        RuleConstruct("desc", in: "Keys of a rule"),
        RuleConstruct(
            "priority", in: "Keys of a rule",
            note:
                "emergency, alert and critical are critical; error is high; warning medium; notice low; informational and "
                + "debug informational"),
        RuleConstruct(
            "tags", in: "Keys of a rule",
            note: "kept; T1610 and mitre_execution also give attack.t1610, attack.execution"),
        RuleConstruct("source", in: "Keys of a rule", note: "syscall where it is not given"),
        RuleConstruct("enabled", in: "Keys of a rule", note: "with false the rule is checked and listed, and waits"),
        RuleConstruct(
            "exceptions", in: "Keys of a rule",
            note:
                "one field or tuples, any operators, lists in values, appended values; added to the condition's text with "
                + "'and not', as in Falco"),
        RuleConstruct("skip-if-unknown-filter", in: "Keys of a rule", note: "with true such a rule waits"),
        RuleConstruct("warn_evttypes", in: "Keys of a rule", note: "read; nothing depends on it"),
        RuleConstruct("capture", in: "Keys of a rule", note: "read with a warning: nothing is captured"),
    ]

    private static let conditions =
        [
            RuleConstruct("and, or, not, ( )", in: "Conditions"),
            RuleConstruct("field[argument]", in: "Conditions", note: "positions, keys, quoted keys"),
            RuleConstruct("val(field)", in: "Conditions", note: "the right side of a comparison"),
            RuleConstruct("'text', \"text\"", in: "Conditions", note: "the escapes of libsinsp; others are refused"),
        ]
        + FalcoOperator.allCases.map { comparison in
            RuleConstruct(comparison.rawValue, in: "Operators", note: note(on: comparison))
        } + [
            RuleConstruct(
                refused: "glob with !(…)", in: "Operators",
                because: "patterns run as regular expressions of linear time, which know no complement",
                instead: "`not` and a second glob")
        ]

    private static func note(on comparison: FalcoOperator) -> String {
        switch comparison {
        case .in: "of a list field: all of its values"
        case .intersects: "of a list field: one of its values"
        case .notEqual: "false where the field is missing, as every comparison"
        case .regex: "RE2, the whole text"
        case .glob: "fnmatch with extended patterns, the whole text"
        case .bcontains, .bstartswith: "fields of bytes alone"
        case .pmatch: "a path or one above it, part by part"
        case .less, .lessOrEqual, .greater, .greaterOrEqual: "texts byte by byte, numbers as numbers"
        default: ""
        }
    }

    private static let transformers = FalcoTransformer.allCases.filter { $0 != .val }.map { transformer in
        RuleConstruct("\(transformer.rawValue)()", in: "Transformers", note: note(on: transformer))
    }

    private static func note(on transformer: FalcoTransformer) -> String {
        switch transformer {
        case .b64: "missing where the text is no base64"
        case .len: "bytes of a text, elements of a list"
        case .join: "a separator and a list: join(\"-\", (a, b))"
        case .concat: "join without a separator: concat(a, \"/\", b)"
        default: ""
        }
    }

    private static let outputs = [
        RuleConstruct("%field, %field[argument]", in: "Outputs", note: "<NA> where it is missing, lists as (a,b)"),
        RuleConstruct("%20field", in: "Outputs", note: "cut or filled up"),
        RuleConstruct("%tolower(field)", in: "Outputs", note: "tolower, toupper, b64, basename, len, also nested"),
    ]

    private static let sources = [
        RuleConstruct(
            "k8s_audit", in: "Sources",
            note:
                "every field of the plugins k8saudit and json and the generic evt fields; runs on Kubernetes' audit log"
        ),
        RuleConstruct(
            "syscall", in: "Sources",
            note:
                "the fields of libsinsp, container and k8smeta are known and checked; the rules wait for kernel events"),
        RuleConstruct(
            "others", in: "Sources", note: "the condition is parsed, its fields are not checked; the rules wait"),
    ]
}
