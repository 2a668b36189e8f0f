import PlatformAPIs
import Testing

@Suite("A program that runs until it is stopped", .timeLimit(.minutes(10)))
struct RunningProgramTests {
    @Test("what it says is read as it comes; when it ends, its last complaint is the reason")
    func reading() async throws {
        let program = try RunningProgram("/bin/sh", ["-c", "echo one; echo oops >&2; exit 3"])
        var said: [UInt8] = []
        do {
            while true { said += try await program.read() }
        } catch let failure as RunningProgram.Failure {
            #expect(failure == RunningProgram.Failure(description: "/bin/sh ended: oops", isAbsent: false))
        }
        #expect(said == Array("one\n".utf8))
    }

    @Test("cancellation stops it, and what it started")
    func cancellation() async throws {
        let program = try RunningProgram("/bin/sh", ["-c", "echo begun; sleep 3600 & sleep 3600"])
        _ = try await program.read()
        let reading = Task { try await program.read() }
        await Task.yield()
        reading.cancel()
        await #expect(throws: CancellationError.self) { try await reading.value }
    }

    @Test("one that is not there cannot be started")
    func absent() throws {
        #expect { try RunningProgram("/no/such/program", []) } throws: { error in
            (error as? RunningProgram.Failure)?.isAbsent == true
        }
    }
}
