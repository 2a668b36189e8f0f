package import JSONView

/// An expression with everything that it needs to run, as the corpora of CEL cases write it in a row of JSON.
///
/// The row is `{"id": …, "input": {…}}`, or `input` alone. What stands in `input`:
/// - `expr`, and `disable_check` or `check_only`;
/// - `type_env`, `container` and `bindings`, as cel-spec has them;
/// - `libraries`: `kubernetes` for Kubernetes' functions without the API server's other settings;
/// - `schema`, `self` and `oldSelf` for rules of custom resources;
/// - `object`, `oldObject`, `request`, `params`, `namespaceObject` for admission policies, `variables` with their
///   definitions, or plain values of variables by name;
/// - `costLimit` or `costBudget`.
package struct ExpressionCase {
    /// The row.
    package let row: JSONValue
    /// What the expression needs.
    package let input: JSONValue

    /// Reads a row.
    package init(_ row: JSONValue) {
        self.row = row
        input = row["input"] ?? row
    }

    /// The expression.
    package var text: String { input.string("expr") ?? "" }

    /// The name of the case.
    package var id: String { row.string("id") ?? "" }

    /// What came of a case.
    package struct Outcome {
        /// The value; nil where the expression did not compile, or was not run.
        package var value: Value?
        /// Why the expression did not compile or gave no value.
        package var error: String?
        /// The type of the expression.
        package var type: CELType?
        /// What the evaluation cost.
        package var cost: UInt64?
        /// What it was estimated to cost.
        package var estimate: CostRange?
    }

    /// Compiles and runs the expression.
    ///
    /// - Parameter evaluator: Memory to run in.
    /// - Returns: What came of it.
    package func run(using evaluator: Evaluator) -> Outcome {
        if let definitions = input["variables"], definitions.kind == .array { return policy(definitions, evaluator) }
        guard let environment else { return Outcome(error: "unsupported declaration") }
        return run(environment, evaluator) { activation(environment) }
    }

    /// The expression, checked unless the case says that it is not to be.
    package func checked(in environment: Environment) throws(CompileErrors) -> CheckedExpression {
        input["disable_check"]?.bool == true ? try environment.parse(text) : try environment.compile(text)
    }

    private func run(
        _ environment: Environment, _ evaluator: Evaluator, _ activation: () -> any Activation
    ) -> Outcome {
        do throws(CompileErrors) {
            let checked = try checked(in: environment)
            var outcome = Outcome(type: checked.type, estimate: estimate(checked))
            if let fault = fault(checked) { return Outcome(error: fault, type: checked.type) }
            if isCheckOnly { return outcome }
            let activation = activation()
            let value = evaluate(environment.program(checked, metering: metering), activation, evaluator)
            outcome.value = value
            outcome.cost = evaluator.cost.adding((activation as? PolicyActivation)?.cost ?? 0)
            if case .error(let error) = value {
                outcome.error = schema == nil ? error.message : ValidationRule.describe(error.message, text)
            }
            return outcome
        } catch {
            return Outcome(
                error: schema == nil
                    ? error.description : "rule compile error: compilation failed: \(error.description)")
        }
    }

    private func estimate(_ checked: CheckedExpression) -> CostRange {
        schema.map { checked.estimatedCost(SchemaSizes($0)) } ?? checked.estimatedCost()
    }

    /// cel-go counts without optimizing where nobody asks it to; the API server does.
    private var metering: Environment.Metering {
        let isAPIServer = input.string("libraries") == nil && (schema != nil || input["object"] != nil)
        return isAPIServer ? .kubernetes : .unoptimized
    }

    private func evaluate(_ program: Program, _ activation: some Activation, _ evaluator: Evaluator) -> Value {
        program.evaluate(activation, using: evaluator)
    }

    /// Faults that the API server finds although the types are right.
    private func fault(_ checked: CheckedExpression) -> String? {
        if row.string("env") == "cel/compile", checked.type != .bool { return "must evaluate to bool" }
        guard schema != nil, let fault = checked.programFault else { return nil }
        return "rule compile error: program instantiation failed: \(fault)"
    }

    // MARK: Rules

    // The corpus does not say which rules have an optional `oldSelf`; the names of its tests do.
    private var hasOptionalOldSelf: Bool { id.contains("OptionalOldSelf") }

    /// Validates `self` by the rules in the schema; nil where there is no schema.
    package func validate(using evaluator: Evaluator) -> SchemaRules.Report? {
        guard let schema = input["schema"], let value = input["self"] else { return nil }
        return SchemaRules(schema, hasOptionalOldSelf: hasOptionalOldSelf)
            .validate(value, old: input["oldSelf"].flatMap { $0.isNull ? nil : $0 }, using: evaluator)
    }

    /// The rules at the root of the schema.
    package var rules: [ValidationRule] {
        input["schema"].map { SchemaRules($0, hasOptionalOldSelf: hasOptionalOldSelf).rules } ?? []
    }

    // MARK: Environments

    /// Whether nothing is to be run.
    package var isCheckOnly: Bool {
        input["check_only"]?.bool == true || input["hasParams"] != nil || row.string("env") == "cel/compile"
            || (schema != nil && (input["self"] ?? input["object"])?.isNull == true && input["oldSelf"] == nil
                && schema?.isNullable == false)
    }

    /// The schema of `self`.
    package var schema: StructuralSchema? {
        input["schema"].flatMap { StructuralSchema.read($0, isResourceRoot: isResourceRoot) }
    }

    /// Whether `self` is a whole resource: the case says so, or its `kind` is in none of the schema's properties.
    private var isResourceRoot: Bool {
        if let isRoot = row["isRoot"]?.bool { return isRoot }
        let isUndeclared = input["schema"]?["properties"]?["kind"] == nil
        return isUndeclared && (input["self"]?["kind"] != nil || id.contains("access not specified"))
    }

    private var limits: Limits {
        var limits = Limits.kubernetes
        if let limit = (input["costLimit"] ?? input["costBudget"])?.uint64 { limits.cost = limit }
        return limits
    }

    /// The environment that the case describes; nil where it declares types that are not supported.
    package var environment: Environment? {
        if let schema { return .kubernetes(schema: schema, limits: limits) }
        if input.string("libraries") == "kubernetes" { return libraryEnvironment }
        if row.string("env") == "cel/compile" {
            return .kubernetes(variables: [Variable("request", .object(Kubernetes.accessReviewRequest))])
        }
        if input["hasParams"] != nil || input["object"] != nil || input["oldObject"] != nil {
            return .admission(
                hasParameters: input["hasParams"]?.bool ?? (input["params"] != nil),
                hasAuthorizer: input["hasAuthorizer"]?.bool ?? false, limits: limits)
        }
        return specification
    }

    /// Kubernetes' functions with the settings of their own tests: nothing is made ahead, and `has` has its price.
    private var libraryEnvironment: Environment {
        Environment(libraries: .kubernetes, variables: plainVariables + [Kubernetes.authorizer])
    }

    private var plainVariables: [Variable] {
        guard let values = input["variables"], values.kind == .object else { return [] }
        return values.members.map { Variable(String($0.key), .dyn) }
    }

    /// The environment of a case of cel-spec.
    private var specification: Environment? {
        var variables = plainVariables
        var overloads: [Overload] = []
        for declaration in input["type_env"]?.listed ?? [] {
            let name = declaration.string("name") ?? ""
            if let type = declaration["ident"]?["type"] {
                guard let type = TypedValue.type(type) else { return nil }
                variables.append(Variable(name, type))
            }
            for overload in declaration["function"]?["overloads"]?.listed ?? [] {
                let parameters = overload["params"]?.listed.compactMap { TypedValue.type($0) } ?? []
                overloads.append(
                    Overload(
                        id: overload.string("overload_id") ?? "", function: name, parameters: parameters,
                        result: overload["result_type"].flatMap { TypedValue.type($0) } ?? .dyn
                    ) { _ in .null })
            }
        }
        for binding in input["bindings"]?.listed ?? [] {
            let name = binding.string("key") ?? ""
            if !variables.contains(where: { $0.name == name }) { variables.append(Variable(name, .dyn)) }
        }
        return Environment(
            libraries: .standard + [Library("declared", overloads: overloads)], variables: variables,
            container: input.string("container") ?? "")
    }

    // MARK: Values

    /// The values of the variables.
    package func activation(_ environment: Environment) -> SlotActivation { SlotActivation(values(environment)) }

    private func values(_ environment: Environment) -> [Value?] {
        environment.variables.map { variable in
            switch variable.name {
            case "self", "oldSelf":
                let json = input.member(JSONKey(variable.name))
                return json.map { schema?.value($0) ?? .json($0) }
            case "authorizer": return .opaque(AuthorizerValue(NobodyMay()))
            default: break
            }
            if let binding = input["bindings"]?.listed.first(where: { $0.string("key") == variable.name }) {
                return binding["value"]?["value"].flatMap { TypedValue.value($0) }
            }
            let plain = input["variables"]?.member(JSONKey(variable.name)) ?? input.member(JSONKey(variable.name))
            return plain.map { TypedJSON.value($0, variable.type) }
        }
    }

    private func policy(_ definitions: JSONValue, _ evaluator: Evaluator) -> Outcome {
        let pairs = definitions.elements.map {
            (name: $0.string("name") ?? "", expression: $0.string("expression") ?? "")
        }
        do throws(PolicyVariables.Fault) {
            let policy = try PolicyVariables(pairs, hasParameters: input["params"] != nil, limits: limits)
            return run(policy.environment, evaluator) {
                policy.activation(activation(policy.environment))
            }
        } catch {
            return Outcome(error: "\(error.name): \(error.errors.description)")
        }
    }

    private final class NobodyMay: AuthorizationProvider {
        func authorize(_ request: AuthorizationRequest) -> AuthorizationDecision {
            AuthorizationDecision(isAllowed: false)
        }
    }
}
