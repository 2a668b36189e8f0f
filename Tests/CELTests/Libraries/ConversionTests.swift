import CEL
import Testing

/// The values of cel-go's `String.ConvertToType`, which reads with Go's `strconv` and `time`.
@Suite("Conversions of texts")
struct ConversionTests {
    private func outcome(_ expression: String) throws -> Value {
        let environment = Environment.kubernetes()
        return environment.program(try environment.compile(expression)).evaluate(EmptyActivation())
    }

    private struct EmptyActivation: Activation {
        func value(slot: Int) -> Value? { nil }
    }

    // strconv.ParseBool: "1, t, T, TRUE, true, True, 0, f, F, FALSE, false, False".
    @Test(
        "What is true, what is false",
        arguments: ["1", "t", "T", "TRUE", "true", "True"].map { ($0, true) }
            + ["0", "f", "F", "FALSE", "false", "False"].map { ($0, false) })
    func truths(_ text: String, _ expected: Bool) throws {
        guard case .bool(expected) = try outcome("bool('\(text)')") else {
            Issue.record("\(try outcome("bool('\(text)')"))")
            return
        }
    }

    // strconv.ParseUint takes no sign; ParseFloat reads words in any case, refuses what is out of range, asks a hexadecimal
    // number for its exponent and takes underscores between digits; time.Parse of RFC 3339 asks for T and Z.
    @Test(
        "What is read",
        arguments: [
            "int('+5') == 5", "int('-5') == -5", "double('Inf') > 1e308", "double('-infinity') < -1e308",
            "double('.5') == 0.5", "double('5.') == 5.0", "double('0x1p4') == 16.0", "double('1_000.5') == 1000.5",
            "duration('1h30m') == duration('5400s')", "duration('-1.5s') == duration('-1500ms')",
            "timestamp('2020-01-01T00:00:00Z') == timestamp('2020-01-01T01:00:00+01:00')",
        ])
    func read(_ expression: String) throws {
        guard case .bool(true) = try outcome(expression) else {
            Issue.record("\(try outcome(expression))")
            return
        }
    }

    @Test(
        "What is not read, and what is said",
        arguments: [
            ("bool('yes')", "type conversion error from 'string' to 'bool'"),
            ("bool('tRUE')", "type conversion error from 'string' to 'bool'"),
            ("int('')", "type conversion error from 'string' to 'int'"),
            ("int(' 1')", "type conversion error from 'string' to 'int'"),
            ("int('1.0')", "type conversion error from 'string' to 'int'"),
            ("int('1_0')", "type conversion error from 'string' to 'int'"),
            ("uint('+5')", "type conversion error from 'string' to 'uint'"),
            ("uint('-0')", "type conversion error from 'string' to 'uint'"),
            ("double('1e400')", "type conversion error from 'string' to 'double'"),
            ("double('0x10')", "type conversion error from 'string' to 'double'"),
            ("double('+nan')", "type conversion error from 'string' to 'double'"),
            ("double('_1')", "type conversion error from 'string' to 'double'"),
            ("double('')", "type conversion error from 'string' to 'double'"),
            // A literal that is wrong is refused before it runs; these are read when they run.
            (
                "timestamp('2020-01-01' + 't00:00:00z')",
                "type conversion error from 'string' to 'google.protobuf.Timestamp'"
            ),
            ("timestamp('2020-01-01' + '')", "type conversion error from 'string' to 'google.protobuf.Timestamp'"),
            ("duration('1' + 'd')", "type conversion error from 'string' to 'google.protobuf.Duration'"),
            ("timestamp(253402300799 + 1)", "timestamp overflow"),
        ])
    func refused(_ expression: String, _ expected: String) throws {
        guard case .error(let error) = try outcome(expression) else {
            Issue.record("\(try outcome(expression))")
            return
        }
        #expect(error.message == expected)
    }
}
