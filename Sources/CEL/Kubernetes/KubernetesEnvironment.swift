extension Environment {
    /// The environment of Kubernetes' expressions.
    ///
    /// - Parameters:
    ///   - variables: The variables.
    ///   - libraries: Functions beside Kubernetes' own.
    ///   - limits: How much expressions may use; cost is counted as the API server counts it, up to its limit for one
    ///     expression.
    /// - Returns: The environment.
    public static func kubernetes(
        variables: [Variable] = [], libraries: [Library] = [], limits: Limits = .kubernetes
    ) -> Environment {
        Environment(libraries: .kubernetes + libraries, variables: variables, options: .kubernetes, limits: limits)
    }

    /// The environment of rules in custom resource definitions: `self` and `oldSelf`, typed by a schema.
    ///
    /// - Parameters:
    ///   - schema: The schema at the place of the rule.
    ///   - hasOptionalOldSelf: Whether `oldSelf` may be absent.
    ///   - libraries: Functions beside Kubernetes' own.
    ///   - limits: How much expressions may use.
    /// - Returns: The environment.
    public static func kubernetes(
        schema: StructuralSchema, hasOptionalOldSelf: Bool = false, libraries: [Library] = [],
        limits: Limits = .kubernetes
    ) -> Environment {
        kubernetes(
            variables: [
                Variable("self", schema.type, documentation: "The value that is validated."),
                Variable(
                    "oldSelf", hasOptionalOldSelf ? .optional(schema.type) : schema.type,
                    documentation: "The value that was there before."),
            ], libraries: libraries, limits: limits)
    }
}

extension Limits {
    /// The API server's: its limit for the cost of one expression.
    public static var kubernetes: Limits {
        var limits = Limits()
        limits.cost = Kubernetes.perCallLimit
        return limits
    }
}
