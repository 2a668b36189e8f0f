import Testing

@testable import Rules

/// What conditions mean, as Falco's documentation of operators and transformers and libsinsp's source say it.
@Suite("Falco's conditions")
struct FalcoConditionTests {
    static let holding: [String] = [
        // Equality, of what is no text as its JSON.
        "ka.verb = create", "ka.verb == create", "ka.verb=create", "ka.verb != get", "ka.response.code = 201",
        "ka.req.pod.host_network = true", "ka.verb = 'create'", "ka.verb in ('create')",
        "ka.auth.reason = \"\"", "jevt.value[/requestObject/metadata/labels/note] = \"a \\\"b\\\"\"",
        // A field that is not there makes every comparison false, also !=.
        "not ka.impuser.name = x", "not ka.impuser.name != x", "not ka.impuser.name exists",
        "not ka.impuser.name in (x)", "not ka.impuser.name startswith x", "not ka.impuser.name < 9",
        "not len(ka.impuser.name) = 0", "not ka.impuser.name = val(ka.verb)", "not ka.verb = val(ka.impuser.name)",
        "not ka.verb != val(ka.impuser.name)", "not ka.impuser.name glob *", "not ka.impuser.name regex .*",
        "ka.verb exists", "ka.auth.reason exists", "ka.user.groups exists",
        "not ka.req.pod.supplemental_groups exists",
        // Texts.
        "ka.uri contains /shop/", "not ka.uri contains /SHOP/", "ka.uri icontains /SHOP/",
        "ka.user.name startswith ma", "not ka.user.name startswith Ma", "ka.user.name endswith ry",
        "ka.response.code startswith 2", "ka.verb < 9.5 or ka.verb > 0",
        // Patterns match the whole text.
        "ka.uri glob '/api/v1/*command=ls'", "not ka.uri glob /api/v1", "ka.verb glob cr?ate",
        "ka.verb glob [a-d]reate",
        "not ka.verb glob [!a-d]reate", "ka.verb iglob CREATE", "not ka.verb glob CREATE",
        "ka.verb glob '@(get|create)'", "ka.verb glob '+([a-z])'", "ka.verb glob [[:alpha:]]*",
        "ka.verb regex crea.*", "not ka.verb regex crea", "ka.verb regex '(get|create)'",
        // Paths, part by part.
        "ka.uri pmatch (/api/v1)", "not ka.uri pmatch (/api/v)", "ka.uri pmatch (/etc, /api/)",
        // A list is in another when all its values are; it intersects when one is.
        "ka.verb in (get, create)", "not ka.verb in (get, list)", "not ka.verb in ()",
        "not ka.user.groups in (system:masters)", "ka.user.groups in (system:masters, system:authenticated, x)",
        "ka.user.groups intersects (system:masters, x)", "not ka.user.groups intersects (x)",
        "not ka.user.groups intersects ()", "ka.verb intersects (create)",
        "not ka.req.pod.supplemental_groups in (1)", "not ka.req.pod.supplemental_groups intersects (1)",
        // Transformers.
        "toupper(ka.verb) = CREATE", "tolower(toupper(ka.verb)) = create", "len(ka.verb) = 6", "len(ka.verb) >= 0x6",
        "len(ka.user.groups) = 2", "not len(ka.req.pod.supplemental_groups) = 0",
        "basename(ka.useragent) = v1.30", "toupper(ka.user.groups) intersects (SYSTEM:MASTERS)",
        "b64(jevt.value[/requestObject/metadata/labels/blob]) = secret-key", "not b64(ka.uri) exists",
        "join(\"-\", (ka.verb, ka.target.resource)) = create-pods", "join('', ('a', ka.verb, 5)) = acreate5",
        "concat(ka.verb, \"/\", ka.target.resource) = create/pods",
        "not join(\"-\", (ka.verb, ka.impuser.name)) exists",
        "toupper(join(\"-\", (ka.verb, ka.user.name))) = CREATE-MARY",
        // One field with another.
        "ka.target.name = val(ka.resp.name)", "ka.target.name != val(ka.verb)",
        "ka.verb in val(ka.target.resource) or ka.verb = tolower(ka.verb)", "ka.uri contains val(ka.target.namespace)",
        "ka.user.groups intersects val(ka.user.groups)",
        // Positions and pointers.
        "ka.req.pod.containers.image[1] intersects (fluentd@sha256:00ff)",
        "not ka.req.pod.containers.image[2] exists", "jevt.value[/requestObject/spec/containers/1/name] = log",
        "json.value[stage] = ResponseComplete", "jevt.value[/annotations/authorization.k8s.io~1decision] = allow",
        "jevt.value['/stage'] = ResponseComplete", "not jevt.value[/requestObject/spec/containers/7] exists",
        // Connectives: 'and' binds tighter than 'or', 'not' tighter than both.
        "ka.verb=create or ka.verb=get and ka.verb=list", "not ka.verb=get and ka.verb=create",
        "not(ka.verb=get or ka.verb=list)", "not not ka.verb=create", "not not not ka.verb=get",
        "(ka.verb=get or ka.verb=create) and(ka.user.name=mary)", "ka.verb=create or(ka.verb=get)",
        // Time.
        "jevt.rawtime exists", "not jevt.rawtime=0", "evt.rawtime > 1700000000000000000",
        "evt.rawtime.ns = 123456000", "evt.time = 09:00:00.123456000", "evt.datetime.s = '2026-11-23 09:00:00'",
        "evt.time.iso8601 = 2026-11-23T09:00:00.123456000+0000", "evt.source = k8s_audit", "evt.type = pluginevent",
        "not evt.num exists", "evt.is_async = false",
    ]

    @Test("A condition that holds", arguments: holding)
    func holds(_ condition: String) throws {
        let (rules, diagnostics) = falcoRules([falcoRule(condition)])
        #expect(diagnostics == [])
        let rule = try #require(rules.first)
        #expect(isTrue(rule) == true)
        // The same turned round must not hold: no condition is true of everything.
        let opposite = try #require(falcoRules([falcoRule("not(\(condition))")]).rules.first)
        #expect(isTrue(opposite) == false)
    }

    @Test(
        "A condition that cannot be understood is refused where it stands",
        arguments: [
            ("ka.verb startwith c", "4:13: error: 'startwith' is no operator; did you mean 'startswith'?"),
            ("ka.verb = create and", "4:25: error: '(', a field or a macro was expected, not the end"),
            ("ka.verbs = create", "4:5: error: the source k8s_audit has no field 'ka.verbs'; did you mean 'ka.verb'?"),
            ("ka.verb = create adn ka.uri exists", "4:22: error: unexpected 'adn'; 'and' or 'or' was expected"),
            ("(ka.verb = create", "4:22: error: ')' was expected, not the end"),
            ("ka.verb in (a, )", "4:20: error: a value was expected, not ')'"),
            ("ka.verb in create", nil),
            ("ka.verb < abc", "4:15: error: '<' needs a number, not 'abc'"),
            ("ka.verb = \"abc", "4:15: error: no \" closes this text"),
            ("ka.verb = \"a\\qb\"", "4:17: error: '\\q' is no escape of a text in \"; write \\\\ for a backslash"),
            ("ka.user.groups = x", "4:5: error: '=' does not compare lists; here exists, in, intersects do"),
            (
                "ka.verb bcontains 6162",
                "4:5: error: 'bcontains' does not compare a text; here exists, =, !=, <, <=, >, >=, contains, icontains, "
                    + "startswith, endswith, glob, iglob, regex, in, intersects, pmatch do"
            ),
            ("ka.verb regex '(a'", "4:19: error: '(a' is not a regular expression that RE2 understands"),
            (
                "ka.verb glob '!(a)b'",
                "4:18: error: '!(…)' in a pattern is not supported; write the condition with 'not' and a second glob"
            ),
            ("evt.rawtime = soon", "4:19: error: 'soon' is not a number without sign"),
            ("proc.name = sh", "4:5: error: the source k8s_audit has no field 'proc.name'; syscall has it"),
            ("jevt.value = x", "4:5: error: 'jevt.value' needs an argument, as in jevt.value[/stage]"),
            ("ka.verb[1] = x", "4:5: error: 'ka.verb' takes no argument in brackets"),
            (
                "ka.req.pod.containers.image[x] exists",
                "4:5: error: the argument of 'ka.req.pod.containers.image' is a position, such as [0]"
            ),
            ("len(evt.rawtime) = 1", "4:9: error: len takes texts, and this is a number without sign"),
            (
                "join(ka.verb, (ka.uri)) = x",
                "4:5: error: join takes a quoted separator and a list: join(\"-\", (proc.name, fd.name))"
            ),
            ("val(ka.verb) = x", "4:5: error: val() stands on the right side of a comparison only"),
            (
                "ka.verb = val(evt.rawtime)",
                "4:15: error: the left side is a text, the right side a number without sign"
            ),
            ("verb = create", "4:5: error: 'verb' is no field: fields have a class, as in proc.name"),
            ("no_such_macro", "4:5: error: there is no macro 'no_such_macro'"),
        ] as [(String, String?)])
    func refused(_ condition: String, _ expected: String?) {
        let (rules, diagnostics) = falcoRules([falcoRule(condition)])
        guard let expected else {
            #expect(diagnostics == [])
            return
        }
        #expect(rules.isEmpty)
        #expect(diagnostics == ["falco.yaml:" + expected])
    }

    @Test("A fault in a condition of several lines is found in its line and column")
    func multiline() {
        let text = """
            - rule: Sample
              desc: a sample
              condition: >
                ka.verb = create
                and (ka.target.resource = pods
                     or ka.target.resorce = services)
              output: seen
              priority: WARNING
              source: k8s_audit
            """
        #expect(
            falcoRules([text]).diagnostics == [
                "falco.yaml:6:13: error: the source k8s_audit has no field 'ka.target.resorce'; did you mean "
                    + "'ka.target.resource'?"
            ])
    }

    @Test("A condition nested without end is refused")
    func depth() {
        let condition = String(repeating: "(", count: 5000) + "ka.verb = x" + String(repeating: ")", count: 5000)
        let (rules, diagnostics) = falcoRules([falcoRule(condition)])
        #expect(rules.isEmpty)
        #expect(diagnostics.count == 1 && diagnostics[0].contains("nested deeper than 100"))
    }

    @Test("A condition of a thousand alternatives is no trouble")
    func width() throws {
        let condition = (0..<1000).map { "ka.user.name = user\($0)" }.joined(separator: " or ")
        let rule = try #require(falcoRules([falcoRule(condition + " or ka.user.name = mary")]).rules.first)
        #expect(isTrue(rule) == true)
    }
}
