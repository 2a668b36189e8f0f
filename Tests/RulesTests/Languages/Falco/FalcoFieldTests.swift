import Testing

@testable import Rules

/// What fields are read as, and how outputs show them.
@Suite("Falco's fields and outputs")
struct FalcoFieldTests {
    static let shown: [(String, String)] = [
        ("%ka.auditid", "a-1"), ("%ka.stage", "ResponseComplete"), ("%ka.auth.decision", "allow"),
        ("[%ka.auth.reason]", "[]"), ("%ka.user.name", "mary"),
        ("%ka.user.groups", "(system:masters,system:authenticated)"), ("%ka.impuser.name", "<NA>"),
        ("%ka.verb", "create"), ("%ka.uri.param[command]", "sh -c"), ("%ka.uri.param[none]", "<NA>"),
        ("%ka.useragent", "kubectl/v1.30"), ("%ka.sourceips", "(192.0.2.1,10.0.0.1)"),
        ("%ka.sourceips[1]", "(10.0.0.1)"),
        ("%ka.target.name/%ka.target.resource", "web/pods"), ("%ka.target.namespace", "shop"),
        ("%ka.target.subresource", "<NA>"), ("%ka.target.pod.name", "web"), ("%ka.response.code", "201"),
        ("%ka.response.reason", "<NA>"), ("%ka.resp.name", "web"), ("%ka.cluster.name", "<NA>"),
        ("%ka.req.pod.containers.image", "(registry.example.com/shop/web:1.2,fluentd@sha256:00ff)"),
        ("%ka.req.pod.containers.image.repository", "(registry.example.com/shop/web,fluentd)"),
        ("%ka.req.pod.containers.image.repository[1]", "(fluentd)"),
        ("%ka.req.container.image", "registry.example.com/shop/web:1.2"),
        ("%ka.req.container.image.repository", "registry.example.com/shop/web"),
        ("%ka.req.pod.containers.name", "(app,log)"), ("%ka.req.pod.containers.command", "(/bin/sh,-c)"),
        ("%ka.req.pod.containers.args", "(sleep 1)"), ("%ka.req.pod.containers.host_port", "(8080,81)"),
        ("%ka.req.pod.containers.privileged", "(true)"), ("%ka.req.container.privileged", "true"),
        ("%ka.req.pod.initContainers.privileged", "(false)"), ("%ka.req.pod.initContainers.image", "(busybox)"),
        ("%ka.req.pod.ephemeralContainers.image", "<NA>"), ("%ka.req.pod.containers.run_as_user", "(0)"),
        ("%ka.req.pod.containers.eff_run_as_user", "(0,1000)"), ("%ka.req.pod.containers.eff_run_as_group", "(0,0)"),
        ("%ka.req.pod.containers.add_capabilities", "(NET_ADMIN,SYS_TIME)"), ("%ka.req.pod.run_as_user", "1000"),
        ("%ka.req.pod.fs_group", "2000"), ("%ka.req.pod.host_network", "true"), ("%ka.req.pod.host_pid", "<NA>"),
        ("%ka.req.pod.volumes.hostpath", "(/etc/kubernetes)"), ("%ka.req.volume.hostpath[/etc/*]", "true"),
        ("%ka.req.volume.hostpath[/etc]", "false"), ("%ka.req.pod.volumes.volume_type", "(hostPath,emptyDir)"),
        ("%ka.req.binding.subject.has_name[x]", "true"), ("%ka.req.binding.subjects", "<NA>"),
        ("%jevt.value[/requestObject/spec/volumes/0]", #"{"name":"etc","hostPath":{"path":"/etc/kubernetes"}}"#),
        ("%jevt.value[/requestObject/spec/hostNetwork]", "true"), ("%jevt.rawtime", "1795424400123456000"),
        ("%evt.time.s", "09:00:00"), ("%evt.num", "<NA>"),
        // Forms of outputs.
        ("*%ka.verb", "create"), ("%10ka.verb|", "create    |"), ("%3ka.verb", "cre"), ("%toupper(ka.verb)", "CREATE"),
        ("%len(ka.user.groups)", "2"), ("%toupper(basename(ka.useragent))", "V1.30"), ("%ka.verb.", "create."),
        ("%ka.verb%ka.verb", "createcreate"), ("100 percent", "100 percent"),
    ]

    @Test("A field is shown as Falco shows it", arguments: shown)
    func show(_ output: String, _ expected: String) throws {
        let (rules, diagnostics) = falcoRules([falcoRule("ka.verb exists", output: output)])
        #expect(diagnostics == [])
        #expect(message(of: try #require(rules.first)) == expected)
    }

    @Test("The fields of roles, bindings, services and config maps are read from the request")
    func objects() throws {
        func event(_ object: String) -> String {
            #"{"auditID":"b","verb":"create","stage":"ResponseComplete","objectRef":{"name":"x"},"requestObject":\#(object)}"#
        }
        func shown(_ output: String, _ object: String) throws -> String? {
            message(
                of: try #require(falcoRules([falcoRule("ka.verb exists", output: output)]).rules.first),
                for: event(object))
        }
        let role =
            #"{"rules":[{"apiGroups":[""],"resources":["pods","pods/exec"],"verbs":["get"]},{"nonResourceURLs":["/x"],"verbs":["*"]}]}"#
        #expect(try shown("%ka.req.role.rules.resources", role) == "(pods,pods/exec)")
        #expect(try shown("%ka.req.role.rules.verbs", role) == "(get,*)")
        #expect(try shown("%ka.req.role.rules.verbs[1]", role) == "(*)")
        #expect(try shown("%ka.req.role.rules.apiGroups", role) == "()")
        #expect(try shown("%ka.req.role.rules.nonResourceURLs", role) == "(/x)")
        #expect(
            try shown("%ka.req.role.rules[x]", role)
                == #"({"apiGroups":[""],"resources":["pods","pods/exec"],"verbs":["get"]},{"nonResourceURLs":["/x"],"verbs":["*"]})[x]"#
        )
        let binding =
            #"{"roleRef":{"name":"cluster-admin"},"subjects":[{"kind":"User","name":"u"},{"kind":"Group","name":"g"},{"kind":"ServiceAccount","name":"s","namespace":"n"}]}"#
        #expect(try shown("%ka.req.binding.role", binding) == "cluster-admin")
        #expect(
            try shown("%ka.req.binding.subjects.user_names %ka.req.binding.subjects.group_names", binding) == "(u) (g)")
        #expect(try shown("%ka.req.binding.subjects.serviceaccount_ns_names", binding) == "(n:s)")
        let service = #"{"spec":{"type":"NodePort","ports":[{"port":80}]}}"#
        #expect(try shown("%ka.req.service.type %ka.req.service.ports", service) == #"NodePort ({"port":80})"#)
        let map = #"{"data":{"k":"line\n\"q\""}}"#
        #expect(try shown("%ka.req.configmap.name %ka.req.configmap.obj", map) == #"x {"k":"line\n\"q\""}"#)
    }

    @Test("An event without an audit ID has none of the plugin's fields")
    func withoutID() throws {
        let rule = try #require(
            falcoRules([falcoRule("ka.verb exists or jevt.value[/verb] = get", output: "%ka.verb")]).rules.first)
        let record = #"{"verb":"get","stage":"ResponseComplete","requestURI":"/x"}"#
        #expect(isTrue(rule, of: record) == true)
        #expect(message(of: rule, for: record) == "<NA>")
    }

    @Test(
        "An output that cannot be shown is refused where it stands",
        arguments: [
            (
                "user %ka.usr.name",
                "5:17: error: the source k8s_audit has no field 'ka.usr.name' to show; did you mean 'ka.user.name'?"
            ),
            ("ends with %", "5:22: error: a field must follow '%'"),
            ("%ka.uri.param", "5:12: error: 'ka.uri.param' needs an argument, as in ka.uri.param[command]"),
            ("%ka.uri.param[x", "5:25: error: no ']' closes the argument of 'ka.uri.param'"),
            ("%toupper(ka.verb", "5:28: error: ')' was expected behind 'toupper('"),
        ])
    func refused(_ output: String, _ expected: String) {
        let (rules, diagnostics) = falcoRules([falcoRule("ka.verb exists", output: output)])
        #expect(rules.isEmpty)
        #expect(diagnostics == ["falco.yaml:" + expected])
    }
}
