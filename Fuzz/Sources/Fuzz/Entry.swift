import Foundation

/// What libFuzzer calls with one input after the other; `FUZZ_TARGET` says which reader they go to.
///
/// Built with `-sanitize=fuzzer`, see `make fuzz`.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.run(UnsafeBufferPointer(start: start, count: count))
    return 0
}

/// What can be fuzzed, each by itself.
enum FuzzTarget: String, CaseIterable {
    /// Any bytes are parsed; faults must have a place within the text.
    case parser
    /// Any text is compiled in each environment; its cost is estimated.
    case checker
    /// Any text is run in all ways there are, which must agree.
    case interpreter
    /// The bytes choose an expression of the grammar that mostly checks, which is run in all ways there are.
    case programs
    /// Any call of the Docker engine's API at the gate; one against which nothing is held must have one reading.
    case docker
    /// Any AdmissionReview at the gate; the decision must be whole.
    case review

    static let chosen: FuzzTarget = {
        let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"] ?? "interpreter"
        guard let target = FuzzTarget(rawValue: name) else {
            fatalError("FUZZ_TARGET is one of \(allCases.map(\.rawValue).joined(separator: ", "))")
        }
        return target
    }()

    /// Whether the text of each input is written out, to see what a finding of `programs` says.
    static let shows = ProcessInfo.processInfo.environment["FUZZ_SHOW"] != nil

    func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch self {
        case .parser: ParserTarget.run(String(decoding: bytes, as: UTF8.self))
        case .checker: CheckerTarget.run(String(decoding: bytes, as: UTF8.self))
        case .interpreter: InterpreterTarget.run(String(decoding: bytes, as: UTF8.self))
        case .programs:
            for (environment, grammar) in zip(Fixture.environments, Fixture.grammars) {
                var generator = ProgramGenerator(grammar, bytes)
                let text = generator.expression()
                if Self.shows { print(text) }
                InterpreterTarget.run(text, environment)
            }
        case .docker: RequestTarget.run(bytes)
        case .review: ReviewTarget.run(bytes)
        }
    }
}

// SwiftPM names the program's entry after the target; libFuzzer's own is called from it.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// Runs libFuzzer with the arguments of the program.
@_cdecl("Fuzz_main")
public func entry(_ count: CInt, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments, fuzz)
}
