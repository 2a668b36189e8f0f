import CEL
import JSONView
import Testing

@Suite("Kubernetes' functions")
struct KubernetesLibraryTests {
    private static let environment = Environment.kubernetes(variables: [Kubernetes.authorizer])

    private func evaluate(_ expression: String) throws -> Value {
        let checked = try Self.environment.compile(expression)
        return Self.environment.program(checked).evaluate(
            SlotActivation([.opaque(AuthorizerValue(ListenerOfQuestions()))]))
    }

    @Test(
        "They do what Kubernetes documents",
        arguments: [
            "quantity('1.5Gi').isGreaterThan(quantity('1.5G')) && quantity('100m').add(quantity('900m')) == quantity('1')",
            "quantity('1e3') == quantity('1k') && quantity('-0.5').sign() == -1 && !isQuantity('1 k') && !isQuantity('.')",
            "quantity('500000G').isInteger() && quantity('50').isInteger() && quantity('50k').asInteger() == 50000",
            "!quantity('9999999999999999999999999999999999999G').isInteger() && quantity('1n').compareTo(quantity('0')) == 1",
            // What Kubernetes does not keep as a whole number of 64 bits is no integer, though its value may be one.
            "!quantity('1.5Gi').isInteger() && !quantity('50703000m').isInteger() && !quantity('1.0').isInteger()",
            "quantity('1Gi').isInteger() && quantity('50.703k').asInteger() == 50703 && !quantity('9Ei').isInteger()",
            "quantity('50k').add(20).sub(quantity('100k')).sub(-50000) == quantity('20')",
            "quantity('50k').add(20).isInteger() && !quantity('50k').add(quantity('0.5')).isInteger()",
            "quantity('50.703k').asApproximateFloat() == 50703.0",
            "quantity('0.1n') == quantity('1n') && !quantity('1.5').isInteger()",
            "semver('1.0.0-rc.1').isLessThan(semver('1.0.0')) && semver('1.0.0-2').isLessThan(semver('1.0.0-10'))",
            "semver('1.0.0+a') == semver('1.0.0+b') && !isSemver('1.02.3') && isSemver('v1.02', true)",
            "url('https://u@[::1]:8080/a%20b?x=1&x=2&y').getHostname() == '::1' && url('https://h/a b').getEscapedPath() == '/a%20b'",
            "url('https://h?x=1&x=2').getQuery() == {'x': ['1', '2']} && !isURL('https://h:port/') && !isURL('h')",
            "'a1b22'.findAll('[0-9]+') == ['1', '22'] && 'a1b22'.findAll('[0-9]+', 0) == [] && 'x'.find('y') == ''",
            "[1, 3, 2].max() == 3 && ['b', 'a'].min() == 'a' && [1.5, 2.5].sum() == 4.0 && ![2, 1].isSorted()",
            "format.dns1035Label().validate('1a').value()[0].startsWith('a DNS-1035 label must consist of')",
            "format.dns1123Label().validate('a.b').value() == ['must not contain dots'] && !format.named('x').hasValue()",
            "jsonpatch.escapeKey('a/b~c') == 'a~1b~0c'",
            "authorizer.group('apps').resource('deployments').namespace('n').check('create').allowed()",
            "!authorizer.path('/healthz').check('get').allowed() && authorizer.path('/x').check('get').reason() == 'no paths'",
            "authorizer.serviceAccount('ns', 'sa').group('').resource('pods').check('get').errored() == false",
        ])
    func truths(_ expression: String) throws {
        guard case .bool(true) = try evaluate(expression) else {
            Issue.record("\(TypedValue.display(try evaluate(expression)))")
            return
        }
    }

    @Test(
        "They fail in Kubernetes' words",
        arguments: [
            ("[].map(x, 1).max()", "max called on empty list"),
            ("quantity('1.5').asInteger()", "cannot convert value to integer"),
            ("semver('1.0')", "No Major.Minor.Patch elements found"),
            ("url('a b')", "URL parse error during conversion from string: parse \"a b\": invalid URI for request"),
            ("ip('1.2.3.256')", "IPv4 field has value >255"), ("cidr('1.2.3.0/33')", "prefix length out of range"),
            ("ip('::ffff:c0a8:1')", "IPv4-mapped IPv6 address \"::ffff:c0a8:1\" is not allowed"),
            ("ip('fe80::1%en0')", "IP address \"fe80::1%en0\" with zone value is not allowed"),
            ("cidr('1.2.3.0/24').containsIP('x')", "no such overload"),
            ("authorizer.path(' ')", "path must not be empty"),
            ("authorizer.serviceAccount('a.b', 'x')", "Invalid service account namespace"),
        ])
    func faults(_ expression: String, _ message: String) throws {
        guard case .error(let error) = try evaluate(expression) else {
            Issue.record("no error")
            return
        }
        #expect(error.message.contains(message))
    }

    private final class ListenerOfQuestions: AuthorizationProvider {
        func authorize(_ request: AuthorizationRequest) -> AuthorizationDecision {
            if request.path != nil { return AuthorizationDecision(isAllowed: false, reason: "no paths") }
            return AuthorizationDecision(isAllowed: request.resource == "deployments" && request.verb == "create")
        }
    }
}
