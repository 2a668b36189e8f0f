internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Makes rules of what Falco's files define.
struct FalcoRuleCompiler {
    private let definitions: FalcoDefinitions
    private let compiler: ConditionCompiler
    private let resolver: FalcoResolver
    private var names: Set<String> = []
    private var seen: Set<String> = []
    private let patterns: FalcoPatterns
    private var shown: [String: CheckedExpression] = [:]
    private(set) var diagnostics: [Diagnostic] = []
    /// Rules that wait, by what they wait for and the file that they are in.
    private var waiting: [String: [String: Int]] = [:]

    init(_ definitions: FalcoDefinitions, compiler: ConditionCompiler) {
        self.definitions = definitions
        self.compiler = compiler
        resolver = FalcoResolver(definitions)
        patterns = FalcoPatterns(compiler)
    }

    mutating func compileAll() -> [CompiledRule] {
        var rules: [CompiledRule] = []
        for name in definitions.ruleNames {
            guard let rule = definitions.rules[name] else { continue }
            do throws(FalcoFaults) {
                if let compiled = try compile(rule) { rules.append(compiled) }
            } catch { report(error.all, of: rule) }
        }
        diagnostics += resolver.warnings
        for (file, reasons) in waiting.sorted(by: { $0.key < $1.key }) {
            for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) {
                diagnostics.append(
                    Diagnostic(
                        .warning, file: file,
                        message: "\(count) rule\(count == 1 ? " waits" : "s wait") for \(reason) and "
                            + "\(count == 1 ? "is" : "are") not evaluated"))
            }
        }
        return rules
    }

    /// What is wrong in a macro is said once, however many rules name it.
    private mutating func report(_ faults: [Diagnostic], of rule: FalcoRule) {
        for fault in faults {
            var fault = fault
            if fault.file != rule.origin.file.file || !isWithin(fault, rule) {
                fault.message += " (in what the rule '\(rule.name)' is made of)"
            }
            let place = "\(fault.file):\(fault.line):\(fault.column)"
            if seen.insert(place).inserted { diagnostics.append(fault) }
        }
    }

    /// Whether a fault stands in the rule's own item, as far as lines tell.
    private func isWithin(_ fault: Diagnostic, _ rule: FalcoRule) -> Bool {
        let lines = rule.condition.compactMap { $0.node.mark?.line } + rule.output.compactMap { $0.node.mark?.line }
        guard let first = lines.min(), let start = rule.origin.node.mark?.line else { return true }
        return fault.line >= min(first, start)
    }

    private struct FalcoFaults: Error { var all: [Diagnostic] }

    // MARK: One rule

    private mutating func compile(_ rule: FalcoRule) throws(FalcoFaults) -> CompiledRule? {
        var pieces = rule.condition
        for exception in rule.exceptions {
            do throws(FalcoExceptionFault) { pieces += try exception.pieces() } catch {
                throw FalcoFaults(all: [error.diagnostic])
            }
        }
        let text = FalcoText(pieces)
        let expression: FalcoExpression
        do throws(FalcoFault) { expression = try resolver.resolve(try FalcoConditionParser.parse(text)) } catch {
            throw FalcoFaults(all: [error.diagnostic])
        }
        warnOfAlternatives(rule, pieces)
        guard let source = FalcoSource.named(rule.source) else {
            return try waits(rule, text, for: "events of the source '\(rule.source)', which is not read")
        }
        let patterns = patterns
        var checker = FalcoChecker(source: source) { patterns.isSound($0) }
        checker.check(expression)
        var faults = checker.faults
        var parts: [FalcoOutput.Part] = []
        do throws(FalcoFault) {
            parts = try FalcoOutput.parts(of: FalcoText(rule.output), source: source)
            for case .field(let operand, _) in parts { _ = try checker.kind(of: operand, onRight: false) }
        } catch { faults.append(error) }
        if rule.skipsUnknownFields, !faults.isEmpty, faults.allSatisfy(\.isUnknownField) {
            for var fault in faults.prefix(1).map(\.diagnostic) {
                fault.severity = .warning
                diagnostics.append(fault)
            }
            return try waits(rule, text, for: "fields that are not known here (skip-if-unknown-filter)")
        }
        guard faults.isEmpty else { throw FalcoFaults(all: faults.map(\.diagnostic)) }
        if let reason = source.waitsFor { return try waits(rule, text, for: reason) }
        return try make(rule, text, expression, parts, FalcoLowering(checker: checker))
    }

    /// A rule that is listed and not evaluated.
    private mutating func waits(_ rule: FalcoRule, _ text: FalcoText, for reason: String) throws(FalcoFaults)
        -> CompiledRule
    {
        let reasons = [reason] + (rule.isEnabled ? [] : [Self.disabled])
        waiting[rule.origin.file.file, default: [:]][reason, default: 0] += 1
        return try assemble(
            rule, text, condition: "false", message: [.text(rule.name)], requirement: nil, waitsFor: reasons)
    }

    /// Published rules are switched on by overriding a macro.
    private static let switchedOff = "a change of its macros or lists: as they are, the condition is never true"
    private static let disabled = "being enabled (it says enabled: false)"

    private mutating func make(
        _ rule: FalcoRule, _ text: FalcoText, _ expression: FalcoExpression, _ parts: [FalcoOutput.Part],
        _ lowering: FalcoLowering
    ) throws(FalcoFaults) -> CompiledRule {
        let lowered: FalcoLowering.Lowered
        var message: [MessageTemplate.Part] = []
        do throws(FalcoFault) {
            lowered = try lowering.lower(expression)
            for part in parts {
                switch part {
                case .text(let text): message.append(.text(text))
                case .field(let operand, let width):
                    let value = try lowering.lower(operand)
                    let shown = "falco.show(\(value)\(width.map { ", \($0)" } ?? ""))"
                    message.append(.finished(try checked(shown, of: rule)))
                }
            }
        } catch { throw FalcoFaults(all: [error.diagnostic]) }
        var requirement = FalcoRequirement.requirement(of: expression)
        requirement.sources = Requirement.bits([SourceType.kubernetesAudit])
        var waitsFor = rule.isEnabled ? [] : [Self.disabled]
        if case .always(false) = lowered {
            requirement.actions = 0
            waitsFor.append(Self.switchedOff)
        }
        return try assemble(
            rule, text, condition: lowered.text, message: message, requirement: requirement, waitsFor: waitsFor)
    }

    private mutating func assemble(
        _ rule: FalcoRule, _ text: FalcoText, condition: String, message: [MessageTemplate.Part],
        requirement: Requirement?, waitsFor: [String]
    ) throws(FalcoFaults) -> CompiledRule {
        let condition = try compileCondition(condition, of: rule)
        let isAudit = rule.source == FalcoSource.audit.name
        let described = Rule(
            id: FalcoIdentity.identifier(rule.name), name: FalcoIdentity.name(rule.name, taken: &names),
            title: rule.name, status: "", description: rule.description.trimmed, references: [], author: "", date: "",
            modified: "", level: rule.priority.level, tags: FalcoIdentity.tags(rule.tags),
            logsource: isAudit
                ? Rule.LogSource(product: "kubernetes", service: "audit") : Rule.LogSource(service: rule.source),
            falsePositives: [], remediation: nil, condition: text.string.trimmed, file: rule.origin.file.file, page: nil
        )
        return CompiledRule(
            rule: described, condition: condition, levels: [], message: MessageTemplate(parts: message), fields: [],
            requirement: requirement ?? Requirement(of: condition.root), in: compiler.environment, isSearch: true,
            waitsFor: waitsFor)
    }

    private func compileCondition(_ text: String, of rule: FalcoRule) throws(FalcoFaults) -> CheckedExpression {
        do { return try compiler.compileCondition(text) } catch {
            throw FalcoFaults(all: [
                FalcoPlace(text: FalcoText(rule.condition), offset: 0).diagnostic(
                    "the condition is too large: \(error.all.first?.message ?? "")")
            ])
        }
    }

    /// An expression of an output; most rules show the same fields.
    private mutating func checked(_ text: String, of rule: FalcoRule) throws(FalcoFault) -> CheckedExpression {
        if let known = shown[text] { return known }
        do {
            let checked = try compiler.compile(text)
            shown[text] = checked
            return checked
        } catch {
            throw FalcoFault(
                message: "the output is too large: \(error.all.first?.message ?? "")",
                place: FalcoPlace(text: FalcoText(rule.output), offset: 0))
        }
    }

    /// What was appended behind an `or` belongs to the last alternative alone: seldom what was meant.
    private mutating func warnOfAlternatives(_ rule: FalcoRule, _ pieces: [FalcoPiece]) {
        guard pieces.count > 1, let first = rule.condition.first, let second = pieces.dropFirst().first,
            second.text.trimmed.hasPrefix("and"),
            case .or? = try? FalcoConditionParser.parse(FalcoText([first]))
        else { return }
        diagnostics.append(
            FalcoPlace(text: FalcoText([first]), offset: 0).diagnostic(
                "what is added to this condition with 'and' belongs to its last alternative alone, as in Falco; put the "
                    + "alternatives in parentheses", .warning))
    }
}

/// Which regular expressions are sound, each asked once.
private final class FalcoPatterns {
    private let compiler: ConditionCompiler
    private var known: [String: Bool] = [:]

    init(_ compiler: ConditionCompiler) { self.compiler = compiler }

    func isSound(_ pattern: String) -> Bool {
        if let answer = known[pattern] { return answer }
        let answer = compiler.isRegularExpression(pattern)
        known[pattern] = answer
        return answer
    }
}

/// What rules made of Falco's are called.
enum FalcoIdentity {
    /// An identifier that is the same wherever a rule of the name is read.
    static func identifier(_ name: String) -> String {
        let digits = Fingerprint("falco/" + name).hexadecimal
        let parts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { range in
            String(digits.dropFirst(range.lowerBound).prefix(range.count))
        }
        // Version 8 of RFC 9562 is whatever its maker made it of.
        return [parts[0], parts[1], "8" + parts[2].dropFirst(), "a" + parts[3].dropFirst(), parts[4]]
            .joined(separator: "-")
    }

    /// A name that a command line takes: `create-privileged-pod`.
    static func name(_ name: String, taken: inout Set<String>) -> String {
        let words = name.lowercased().split { !($0.isLetter || $0.isNumber) }
        let base = words.isEmpty ? "rule" : words.joined(separator: "-")
        var candidate = base
        var number = 2
        while !taken.insert(candidate).inserted {
            candidate = "\(base)-\(number)"
            number += 1
        }
        return candidate
    }

    /// The tags as they are, and those of ATT&CK as rules here write them.
    static func tags(_ tags: [String]) -> [String] {
        var all: [String] = []
        for tag in tags {
            let attack = attack(tag)
            for tag in [attack, tag].compactMap({ $0 }) where !all.contains(tag) { all.append(tag) }
        }
        return all
    }

    /// `attack.t1610` of `T1610`, `attack.privilege-escalation` of `mitre_privilege_escalation`.
    private static func attack(_ tag: String) -> String? {
        if tag.hasPrefix("mitre_") {
            return "attack." + tag.dropFirst("mitre_".count).lowercased().replacing("_", with: "-")
        }
        guard tag.hasPrefix("T") else { return nil }
        let digits = tag.dropFirst(tag.hasPrefix("TA") ? 2 : 1).split(separator: ".", omittingEmptySubsequences: false)
        guard let first = digits.first, first.utf8.count == 4, digits.count <= 2,
            digits.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(ASCII.isDigit) })
        else { return nil }
        return "attack." + tag.lowercased()
    }
}
