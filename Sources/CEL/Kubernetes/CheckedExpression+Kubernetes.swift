import JSONView

extension CheckedExpression {
    /// What would keep the API server from making a program: a regular expression of `find` or `findAll` that is wrong.
    public var programFault: String? { Self.fault(root) }

    private static func fault(_ node: Expression) -> String? {
        if case .call("find", _?, let arguments) = node.kind, let fault = fault(pattern: arguments.first) {
            return fault
        }
        if case .call("findAll", _?, let arguments) = node.kind, let fault = fault(pattern: arguments.first) {
            return fault
        }
        for child in node.kind.children {
            if let fault = fault(child) { return fault }
        }
        return nil
    }

    private static func fault(pattern: Expression?) -> String? {
        guard case .literal(.string(var text))? = pattern?.kind else { return nil }
        return text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return nil }
            do throws(RegularExpression.Fault) {
                _ = try RegularExpression(JSONText(start: start, count: bytes.count))
                return nil
            } catch {
                return error.goMessage
            }
        }
    }

    /// Whether a variable is used.
    public func uses(_ variable: String) -> Bool { VariableRead.all(in: self).contains { $0.variable == variable } }
}
