import CEL
import JSONView

/// What the fuzzer feeds: the bytes are an expression, which is compiled, run in three ways, and must give one answer.
///
/// libFuzzer calls this with one input after the other; it is built with `-sanitize=fuzzer`, see `make fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    for environment in Fixture.environments { run(text, environment) }
    return 0
}

// SwiftPM names the program's entry after the target; libFuzzer's own is called from it.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Runs libFuzzer with the arguments of the program.
@_cdecl("FuzzCEL_main")
public func entry(_ count: CInt, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments, fuzz)
}

private func run(_ text: String, _ environment: Environment) {
    guard let checked = try? environment.compile(text) else {
        // What does not check must still parse or fail, and run or fail, without falling over.
        if let parsed = try? environment.parse(text) {
            _ = environment.program(parsed).evaluate(Fixture.activation, using: Fixture.evaluator)
        }
        return
    }
    let program = environment.program(checked)
    let quick = program.evaluate(Fixture.activation, using: Fixture.evaluator)
    let traced = program.explain(Fixture.activation, to: EvaluationTrace(limit: 1000), using: Fixture.evaluator)
    let metered = environment.program(checked, metering: .kubernetes)
        .evaluate(Fixture.activation, using: Fixture.evaluator)
    _ = checked.estimatedCost()
    precondition(kind(quick) == kind(traced), "quick and traced evaluation differ: \(quick) and \(traced)")
    precondition(kind(quick) == kind(metered), "quick and metered evaluation differ: \(quick) and \(metered)")
}

/// What a value is, as far as all ways of running must agree.
private func kind(_ value: Value) -> String {
    switch value {
    case .bool(let value): "bool \(value)"
    case .int(let value): "int \(value)"
    case .uint(let value): "uint \(value)"
    case .double(let value): "double \(value)"
    case .string(let value): "string \(value)"
    case .error: "error"
    case .null: "null"
    case .list, .json, .map: "container"
    default: "other"
    }
}

private enum Fixture {
    static let document = try? JSONParser().parse(
        #"{"name": "a", "list": [1, 2, 3, null, "x", [1]], "map": {"k": "v", "n": 1.5}, "#
            + #""spec": {"containers": [{"image": "a:1"}]}}"#
    )

    static var activation: SlotActivation {
        SlotActivation([document.map { .json($0.root) }, .int(7), .string("text"), .bool(true)])
    }

    nonisolated(unsafe) static let evaluator = Evaluator()

    static let environments: [Environment] = {
        var limits = Limits()
        limits.sourceSize = 4096
        limits.iterations = 20_000
        limits.memory = 1 << 20
        let variables = [
            Variable("object", .dyn), Variable("i", .int), Variable("s", .string), Variable("b", .bool),
        ]
        return [
            Environment(variables: variables, limits: limits),
            Environment(libraries: .kubernetes, variables: variables, options: .kubernetes, limits: limits),
        ]
    }()
}
