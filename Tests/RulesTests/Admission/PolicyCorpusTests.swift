import CEL
import Foundation
import JSONView
import Rules
import SecurityEvents
import TestSupport
import Testing

/// The policies that the corpora name, where they are present: the corpora have objects and verdicts, not the policies.
private enum PolicySources {
    static let root: String? = {
        let given = ProcessInfo.processInfo.environment["TALLYMAN_POLICY_SOURCES"]
        let candidates = [given, SharedFolder.path.map { $0 + "/data/corpora" }].compactMap { $0 }
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/raw") }
    }()

    static func text(_ file: String) -> String? {
        root.flatMap { FileManager.default.contents(atPath: $0 + "/" + file) }.map {
            String(decoding: $0, as: UTF8.self)
        }
    }
}

@Suite("Other people's policies and their verdicts")
struct PolicyCorpusTests {
    @Test(
        "Policies in CEL say of each object what their authors say",
        arguments: ["kyverno-cli-tests", "kyverno-policies", "gatekeeper-library"])
    func corpus(_ name: String) throws {
        guard let data = SharedFolder.contents("data/corpora/\(name).jsonl") else { return }
        guard PolicySources.root != nil else {
            print("skipped: the policies that \(name) names are not here (raw/ beside it, or TALLYMAN_POLICY_SOURCES)")
            return
        }
        let skips = try SkipList.read("policy-corpora.skip.txt")
        var (passed, skipped, absent): (Int, Int, Int) = (0, 0, 0)
        var failures: [String] = []
        let evaluator = Evaluator()
        var compiled: [String: CompiledPolicies] = [:]
        for line in data.split(separator: UInt8(ascii: "\n")) {
            let document = try JSONParser().parse(Array(line))
            try withExtendedLifetime(document) {
                let row = PolicyCorpusRow(document.root)
                guard row.isCEL else { return }
                guard let text = PolicySources.text(row.file) else {
                    absent += 1
                    return
                }
                guard skips[row.id] == nil else {
                    skipped += 1
                    return
                }
                // Rows come in the order of their policies.
                let key = row.compilationKey
                if compiled[key] == nil { compiled = [key: row.compile(text)] }
                guard let policies = compiled[key] else { return }
                if let failure = try row.failure(policies, evaluator) {
                    failures.append("\(row.id): \(failure)")
                } else {
                    passed += 1
                }
            }
        }
        print("\(name): \(passed) passed, \(failures.count) failed, \(skipped) skipped, \(absent) without their policy")
        #expect(failures.isEmpty, "\(failures.prefix(30).joined(separator: "\n"))")
    }
}

extension PolicyCorpusTests {
    @Test(
        "Every row is judged, or named with the reason why not",
        arguments: ["kyverno-cli-tests", "kyverno-policies", "gatekeeper-library"])
    func accounted(_ name: String) throws {
        guard let data = SharedFolder.contents("data/corpora/\(name).jsonl") else {
            print("skipped: the corpus \(name) is not here")
            return
        }
        let skips = try SkipList.read("policy-corpora.skip.txt")
        let absent = try SkipList.read("policy-corpora.absent.txt")
        #expect(absent.values.allSatisfy { !$0.isEmpty } && skips.values.allSatisfy { !$0.isEmpty })
        var unnamed: Set<String> = []
        var named: Set<String> = []
        for line in data.split(separator: UInt8(ascii: "\n")) {
            let document = try JSONParser().parse(Array(line))
            withExtendedLifetime(document) {
                let row = PolicyCorpusRow(document.root)
                guard row.isCEL else { return }
                let key = "\(name) \(row.file)"
                if absent[key] != nil { named.insert(key) }
                if PolicySources.text(row.file) == nil, absent[key] == nil, skips[row.id] == nil { unnamed.insert(key) }
            }
        }
        #expect(unnamed.isEmpty, "\(unnamed.sorted().joined(separator: "\n"))")
        #expect(named == Set(absent.keys.filter { $0.hasPrefix(name + " ") }), "no line is out of date")
    }
}

/// Ids and reasons, a line each.
enum SkipList {
    static func read(_ name: String) throws -> [String: String] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: name)
        var skips: [String: String] = [:]
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") where !line.hasPrefix("#") {
            let parts = line.split(separator: "\t", maxSplits: 1)
            skips[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
        }
        return skips
    }
}

/// The policies of a row, and what is beside them.
private struct CompiledPolicies {
    let set: AdmissionPolicySet
    let inventory: PolicyInventory
    let fault: String?
}

/// An object, the policy that it is judged by, and the verdict.
private struct PolicyCorpusRow {
    let row: JSONValue

    init(_ row: JSONValue) { self.row = row }

    var id: String { row["id"]?.string ?? "" }
    var isGatekeeper: Bool { row["policy"]?["type"]?.string == "gatekeeper" }

    var isCEL: Bool {
        if isGatekeeper { return row["policy"]?["has_cel"]?.bool ?? false }
        let type = row["policy"]?["rule_type"]?.string ?? ""
        return ["validate-cel", "ValidatingPolicy", "ValidatingAdmissionPolicy"].contains(type)
    }

    var file: String { row["policy"]?[isGatekeeper ? "template" : "file"]?.string ?? "" }

    /// The same for rows that have the same policies.
    var compilationKey: String {
        file + (row["policy"]?["constraint"].map { Self.text($0) } ?? "") + (row["context"].map { Self.text($0) } ?? "")
    }

    func compile(_ text: String) -> CompiledPolicies {
        var files = [RuleFile(name: file, path: file, text: text)]
        if let constraint = row["policy"]?["constraint"] { files.append(object(constraint, "constraint.json")) }
        for exception in row["context"]?["exceptions"]?.elements.map({ $0 }) ?? [] {
            files.append(object(exception, "exception.json"))
        }
        for (key, list) in row["context"]?["values"]?.members.map({ ($0.key, $0.value) }) ?? []
        where key == "namespaceSelector" || key == "namespaces" {
            for entry in list.elements { files.append(namespace(entry)) }
        }
        let read = PolicyFiles(files)
        return CompiledPolicies(
            set: AdmissionPolicySet(read.policies, bindings: read.bindings, unbound: .deny),
            inventory: read.inventory(isComplete: true),
            fault: read.diagnostics.first { $0.severity == .error }.map { "\($0)" })
    }

    func failure(_ policies: CompiledPolicies, _ evaluator: Evaluator) throws -> String? {
        if let fault = policies.fault { return fault }
        guard let input = row["input"], let request = try request(input) else { return "no request" }
        return withExtendedLifetime(request.documents) {
            compare(policies.set.evaluate(request, inventory: policies.inventory, using: evaluator))
        }
    }

    private func request(_ input: JSONValue) throws -> AdmissionRequest? {
        let review = input["request"]
        let object = review?["object"] ?? input
        // A cluster completes what is applied to it; the command lines of Kyverno and Gatekeeper do not.
        let isApplied = row["runner"]?.string == "chainsaw"
        let document = try isApplied ? ObjectDefaults.complete(object) ?? copy(object) : copy(object)
        guard var request = AdmissionRequest.creation(of: document.root, in: document) else { return nil }
        request.user = AdmissionRequest.UserInfo(
            username: row["context"]?["userinfo"]?["userInfo"]?["username"]?.string ?? "kubernetes-admin")
        if let operation = review?["operation"]?.string.flatMap(AdmissionRequest.Operation.init) {
            request.operation = operation
        }
        if let old = review?["oldObject"] {
            let document = try copy(old)
            request.documents.append(document)
            request.oldObject = .object(document.root)
        }
        return request
    }

    private func compare(_ verdicts: [PolicyVerdict]) -> String? {
        let rule = row["expected"]?["rule"]?.string
        let meant = verdicts.filter { verdict in
            guard let rule, !verdict.rule.isEmpty else { return true }
            return verdict.rule == rule || verdict.rule == "autogen-\(rule)"
                || verdict.rule == "autogen-cronjob-\(rule)"
        }
        let violated = meant.contains { $0.outcome == .violated }
        switch row["expected"]?["verdict"]?.string {
        case "deny": return violated ? nil : "not refused: \(meant.map { "\($0.outcome) \($0.unknowns)" })"
        case "skip": return meant.isEmpty ? nil : "not passed over: \(meant.map(\.outcome))"
        default:
            if violated { return "refused: \(meant.flatMap(\.failures).map(\.message))" }
            return meant.first { $0.outcome == .unknown }.map { "unknown: \($0.unknowns)" }
        }
    }

    private func copy(_ value: JSONValue) throws -> JSONDocument { try JSONParser().parse(Self.text(value)) }

    private func object(_ value: JSONValue, _ name: String) -> RuleFile {
        RuleFile(name: name, path: name, text: Self.text(value))
    }

    private func namespace(_ entry: JSONValue) -> RuleFile {
        let metadata = entry["metadata"] ?? entry
        let labels = metadata["labels"].map { Self.text($0) } ?? "{}"
        let text =
            #"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "\#(metadata["name"]?.string ?? "")", "labels": \#(labels)}}"#
        return RuleFile(name: "namespace.json", path: "namespace.json", text: text)
    }

    /// A value as JSON.
    private static func text(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        write(value, to: &writer)
        return writer.text
    }

    private static func write(_ value: JSONValue, to writer: inout JSONWriter) {
        switch value.kind {
        case .null: writer.null()
        case .bool: writer.value(value.bool ?? false)
        case .int64, .uint64: writer.value(value.int64 ?? 0)
        case .double, .bigNumber: writer.value(value.double ?? 0)
        case .string: writer.value(value.string ?? "")
        case .array: writer.array { inner in for element in value.elements { write(element, to: &inner) } }
        case .object:
            writer.object { inner in
                for (key, member) in value.members {
                    inner.key(String(key))
                    write(member, to: &inner)
                }
            }
        }
    }
}
