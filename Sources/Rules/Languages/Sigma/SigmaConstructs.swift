/// What Sigma consists of, and what becomes of each part.
enum SigmaConstructs {
    static var all: [RuleConstruct] { detection }

    private static let detection = [
        RuleConstruct("detection: {cel: …}", in: "Detection", note: "a condition in CEL over the normalized event")
    ]
}
