import Testing

@testable import Rules

@Suite("Searches")
struct SearchTests {
    private let library: RuleLibrary

    init() throws {
        library = try RuleLibrary(layers: [
            [listFile("known_images", kind: "image", members: "[nginx]"), listFile("known_admins", members: "[alice]")]
        ])
    }

    @Test(
        "The three analytics of ATT&CK are read as they are written",
        arguments: [
            (
                "sourcetype=docker:daemon OR sourcetype=kubernetes:event| where action IN (\"create\", \"start\")",
                "((event.platform == \"docker\" || event.platform == \"kubernetes\") && (event.action == \"create\" || "
                    + "event.action == \"start\"))"
            ),
            (
                "sourcetype=docker:daemon OR sourcetype=kubernetes:event| search action=\"create\"| where image NOT IN "
                    + "(\"known_images_list\")",
                "((event.platform == \"docker\" || event.platform == \"kubernetes\") && event.action == \"create\" && "
                    + "workload.images.exists(i, !(inList(i, \"known_images\"))))"
            ),
            (
                "sourcetype=docker:daemon OR sourcetype=kubernetes:event| search action=\"start\"| where user NOT IN "
                    + "(\"known_admins\")",
                "((event.platform == \"docker\" || event.platform == \"kubernetes\") && event.action == \"start\" && "
                    + "!(inList(actor.user, \"known_admins\")))"
            ),
        ])
    func analytics(_ text: String, _ expression: String) throws {
        #expect(try EventSearch(text, library: library).expression == expression)
    }

    @Test(
        "Words bind as in Splunk: OR first in search, AND first in where",
        arguments: [
            ("a=1 OR a=2 b=3", "(a=1|a=2)&b=3"), ("a=1 b=2 OR b=3", "a=1&(b=2|b=3)"),
            ("* | where a=1 OR a=2 AND b=3", "true&(a=1|(a=2&b=3))"), ("NOT a=1 b=2", "!a=1&b=2"),
            ("NOT (a=1 OR b=2)", "!(a=1|b=2)"), ("(a=1 b=2) OR c=3", "(a=1&b=2)|c=3"),
        ])
    func precedence(_ text: String, _ expected: String) throws {
        #expect(spelled(try SearchParser.leading(text).tree, top: true) == expected)
    }

    private func spelled(_ tree: SearchTree, top: Bool = false) -> String {
        switch tree {
        case .everything: "true"
        case .and(let parts): wrap(parts.map { spelled($0) }.joined(separator: "&"), top)
        case .or(let parts): wrap(parts.map { spelled($0) }.joined(separator: "|"), top)
        case .not(let part): "!" + spelled(part)
        case .comparison(let field, let sign, let value): field.name + sign + value.text
        case .membership(let field, let values, _): field.name + " in \(values.count)"
        case .text(let value): value.text
        }
    }

    private func wrap(_ text: String, _ top: Bool) -> String { top ? text : "(" + text + ")" }

    @Test(
        "Faults have a line, a column and a reason",
        arguments: [
            ("", "1:1: the search is empty"),
            (
                "action=create | stats count",
                "1:15: this search makes a table of what it finds; only its conditions can be a rule"
            ),
            ("usr=alice", "1:1: there is no field 'usr'; did you mean 'user'?"),
            (
                "action=\ncreat",
                "2:1: 'creat' is no action; it is one of create, start, found, exec, attach, connect, modify, delete, stop, image, read, other; did you mean 'create'?"
            ),
            ("user IN \"x\"", "1:9: '(' must follow IN, not \"x\""),
            ("(user=a", "1:8: ')' is missing before the end of the search"),
            ("user NOT IN (\"known_admns\")", "1:14: there is no list 'known_admns'; did you mean 'known_admins'?"),
            ("user=\"a", "1:6: no quote ends this text"), ("user=a)", "1:7: ')' is not expected here"),
            ("facts.deployer=a", "1:1: facts of earlier events are for rules; a search looks at each event alone"),
            ("earliest=-1h", "1:1: 'earliest' is not searched; give times with --since and --until, and files by name"),
            ("code>x", "1:6: 'x' is not a number"),
            ("user>3", "1:1: 'user' is no number; only '=' and '!=' compare it"),
            ("container.privileged=maybe", "1:22: 'maybe' is not true or false"),
            ("workload.mounts=x", "1:1: 'workload.mounts' has parts of its own; name one of them"),
            ("OR a=b", "1:1: a condition is missing before 'OR'"),
            ("user=[a]", "1:6: '[' has no meaning in a search"),
        ])
    func faulty(_ text: String, _ expected: String) {
        do {
            _ = try EventSearch(text, library: library)
            Issue.record("\(text) is no search")
        } catch {
            #expect(error.description.split(separator: "\n").first.map(String.init) == expected)
        }
    }

    @Test(
        "Every kind of field can be compared",
        arguments: [
            "image=nginx", "image!=*nginx*", "code>=400", "status=403", "raw.responseStatus.code<500",
            "raw.verb=create",
            "container.privileged=true", "groups=system:masters", "time>2026-01-01T00:00:00Z",
            "\"free text\" AND more*",
            "NOT user IN (a, \"b c\", known_admins)", "workload.labels.app=web", "image IN (alpine, \"known_images\")",
            "user=\u{201C}bob\u{201D}", "event.object.spec.replicas>3", "name=\"it's \\\"quoted\\\" \\\\\"",
        ])
    func sound(_ text: String) throws {
        _ = try EventSearch(text, library: library)
    }

    @Test("Nesting is bounded")
    func deep() {
        #expect(throws: SearchFault.self) {
            try EventSearch(String(repeating: "(", count: 5000) + "a=b", library: library)
        }
        #expect(throws: SearchFault.self) {
            try EventSearch(String(repeating: "NOT ", count: 4000) + "a=b", library: library)
        }
    }
}
