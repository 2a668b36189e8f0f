import CEL
import Testing

@testable import Rules

@Suite("What a condition cannot be true without")
struct FeatureTests {
    private func sets(_ condition: String) throws -> [Features] {
        let names = ["component_names", "known_admins"]
        let lists = RuleLists(try names.map { try NamedList(name: $0, kind: .text, members: ["etcd"]) })
        return try FeatureRequirement(of: ConditionCompiler(lists: lists).compileCondition(condition).root).sets
    }

    struct Case: Sendable {
        var condition: String
        var sets: [Features]
    }

    static let cases: [Case] = [
        Case(condition: "event.deploys && container.privileged", sets: [.privileged]),
        Case(
            condition: "container.commandTexts.exists(t, reverseShell(t)) || container.env.exists(v, v.name == 'a')",
            sets: [[.judgedCommand, .environment]]),
        Case(condition: "container.commandTexts.exists(t, reverseShell(t) || t == 'x')", sets: [.command]),
        Case(
            condition: "container.commandTexts.exists(t, entersHost(t) || decoded(t).exists(d, entersHost(d)))",
            sets: [.judgedCommand]),
        Case(
            condition: "container.env.exists(v, looksEncoded(v.value) && !isSecretName(v.name))",
            sets: [.judgedEnvironment]),
        Case(condition: "container.env.exists(v, looksEncoded(v.name))", sets: [.environment]),
        Case(condition: "container.commandTexts.exists(t, isSecretName(t))", sets: [.command]),
        Case(condition: "container.mounts.exists(m, m.kind == 'host' && isHostRoot(m.source))", sets: [.hostMount]),
        Case(condition: "size(container.devices) > 0 || size(container.deviceCgroupRules) > 0", sets: [.devices]),
        Case(condition: "container.ports.exists(p, has(p.host) && p.host > 1024)", sets: [.hostPort]),
        Case(condition: "container.ports.exists(p, p.host > 0)", sets: [.hostPort]),
        Case(condition: "container.sysctls.exists(name, container.sysctls[name] == '|')", sets: [.sysctls]),
        Case(condition: "container.seccompUnconfined || container.selinuxDisabled", sets: [.unconfined]),
        Case(condition: "image.mutableTag && !image.registryKnown", sets: [.mutableTag, .unknownRegistry]),
        Case(
            condition: """
                container.commandTexts.exists(t, (t.contains('memfd_create') || t.contains('syscall 319')) && t.contains('exec') ||
                decoded(t).exists(d, d.contains('/proc/self/mem')))
                """, sets: [.judgedCommand]),
        Case(condition: "container.commandTexts.exists(t, t.contains('exec'))", sets: [.command]),
        Case(
            condition: """
                [container.name, 'k8s-app' in workload.labels ? workload.labels['k8s-app'] : ''].exists(n,
                n != '' && inList(n, 'component_names'))
                """, sets: [.componentName]),
        Case(condition: "workload.node != '' && workload.systemNamespace", sets: [.namedNode, .systemNamespace]),
        Case(condition: "workload.controlPlanePinned || workload.toleratesEverything", sets: [.placed]),
        Case(
            condition: """
                workload.platform == 'docker' && workload.removesItself ||
                workload.kind == 'Job' && has(workload.object.spec.suspend) || workload.kind == 'CronJob'
                """, sets: [[.removesItself, .job]]),
        Case(
            condition: "workload.hostPID && (container.privileged || workload.hostIPC)",
            sets: [.hostPID, [.privileged, .hostIPC]]),
    ]

    @Test("Flags and loops over lists are features", arguments: cases)
    func required(_ sample: Case) throws {
        #expect(try sets(sample.condition) == sample.sets)
    }

    @Test("A rule that needs a list with members has no chance where it has none")
    func neededLists() throws {
        let rules = try RuleLibrary.load().rules.filter { ["unknown-image", "unknown-actor"].contains($0.rule.name) }
        try #require(rules.count == 2)
        let filled = RuleLists([
            try NamedList(name: "known_images", kind: .image, members: ["registry.example/shop/*"]),
            try NamedList(name: "known_admins", kind: .text, members: ["carol"]),
        ])
        for rule in rules {
            #expect(!rule.hasChance(with: RuleLists()))
            #expect(rule.hasChance(with: filled))
        }
    }

    @Test(
        "What is negated, compared or true of an empty list is none",
        arguments: [
            "!container.privileged", "container.privileged == false", "container.mounts.all(m, m.readOnly)",
            "container.mounts.exists(m, m.readOnly)", "!container.env.exists(v, v.name == 'a')",
            "container.privileged || actor.anonymous", "size(container.capabilities) == 0",
            "container.privileged ? true : workload.hostPID", "!image.known", "image.registryKnown",
            "container.ports.exists(p, p.container > 0)", "size(container.mounts) > 0", "size(container.ports) > 0",
            "size(container.devices) > 1", "workload.node != 'a'", "workload.node == ''", "workload.name != ''",
            "workload.kind == 'Pod'", "workload.kind != 'Job'", "!workload.systemNamespace",
            "[container.name, workload.name].exists(n, inList(n, 'component_names'))",
            "[container.name].exists(n, inList(n, 'known_admins'))",
            "[container.name].exists(n, n != '' || inList(n, 'component_names'))",
            "['a' in workload.labels ? workload.labels['a'] : ''].exists(n, inList(n, 'component_names'))",
            "['k8s-app' in workload.labels ? workload.labels['a'] : ''].exists(n, inList(n, 'component_names'))",
            "['k8s-app' in workload.labels ? workload.labels['k8s-app'] : 'etcd'].exists(n, inList(n, 'component_names'))",
            "['k8s-app' in workload.annotations ? workload.annotations['k8s-app'] : ''].exists(n, inList(n, 'component_names'))",
        ])
    func notRequired(_ condition: String) throws {
        #expect(try sets(condition).isEmpty)
    }
}
