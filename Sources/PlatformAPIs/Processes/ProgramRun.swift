import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Runs another program to its end, within bounds of time and output, and without anything to read.
struct ProgramRun: Sendable {
    /// Why a program gave no answer.
    enum Failure: Error, Equatable {
        case cannotStart(String)
        case exited(status: Int32, complaint: String)
        case killed(signal: Int32)
        case tooLong(limit: Int)
        case timedOut
    }

    /// The program: a path, or a name that `PATH` leads to.
    var command: String
    var arguments: [String] = []
    /// What is added to this process' own environment.
    var environment: [(name: String, value: String)] = []
    /// The most that it may say.
    var outputLimit = 1 << 20
    /// How long it may take.
    var timeout: Duration = .seconds(60)

    /// Runs the program and waits for it, beside the tasks' own threads.
    ///
    /// - Returns: what it wrote to its standard output.
    /// - Throws: `Failure`.
    func output() async throws(Failure) -> [UInt8] {
        let result: Result<[UInt8], Failure> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                do throws(Failure) {
                    continuation.resume(returning: .success(try run()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    private func run() throws(Failure) -> [UInt8] {
        let (child, output, complaints) = try started().get()
        defer {
            close(output)
            close(complaints)
        }
        var end = Reading(output: output, complaints: complaints)
        let failure = end.read(limit: outputLimit, until: ContinuousClock.now + timeout)
        // The whole group: what the program itself started would hold the pipes open.
        if failure != nil { kill(-child, SIGKILL) }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        if let failure { throw failure }
        guard status & 0x7F == 0 else { throw .killed(signal: status & 0x7F) }
        let code = status >> 8 & 0xFF
        guard code == 0 else { throw .exited(status: code, complaint: end.complaint) }
        return end.said
    }

    /// Held from the making of a pipe to the start of its program, so that no other program inherits the pipe.
    private static let starting = Mutex(())

    /// Starts the program.
    ///
    /// - Returns: its process, the leader of a group of its own, and the ends of its outputs that are read.
    func started() -> Result<(child: pid_t, output: Int32, complaints: Int32), Failure> {
        Self.starting.withLock { _ in start() }
    }

    private func start() -> Result<(child: pid_t, output: Int32, complaints: Int32), Failure> {
        guard let output = Self.closedOnExec(), let complaints = Self.closedOnExec() else {
            return .failure(.cannotStart(String(cString: strerror(errno))))
        }
        let spawned = spawn(output: output.write, complaints: complaints.write)
        close(output.write)
        close(complaints.write)
        if case .failure = spawned {
            close(output.read)
            close(complaints.read)
        }
        return spawned.map { ($0, output.read, complaints.read) }
    }

    private static func closedOnExec() -> (read: Int32, write: Int32)? {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private func spawn(output: Int32, complaints: Int32) -> Result<pid_t, Failure> {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, complaints, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        var child: pid_t = 0
        let code = withStrings([command] + arguments) { argv in
            withStrings(allEnvironment) { envp in posix_spawnp(&child, command, &actions, &attributes, argv, envp) }
        }
        return code == 0 ? .success(child) : .failure(.cannotStart(String(cString: strerror(code))))
    }

    private var allEnvironment: [String] {
        var variables: [String] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            let name = text.prefix { $0 != "=" }
            if !environment.contains(where: { $0.name == name }) { variables.append(text) }
            next += 1
        }
        return variables + environment.map { "\($0.name)=\($0.value)" }
    }

    private func withStrings<Outcome>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Outcome
    ) -> Outcome {
        var pointers = texts.map { strdup($0) } + [nil]
        defer { pointers.forEach { free($0) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            // There is always the last, so there is an address.
            guard let base = buffer.baseAddress else { fatalError("an array of one or more has no address") }
            return body(base)
        }
    }
}

/// Reads both of a program's outputs side by side, as either may fill its pipe.
private struct Reading {
    private var files: [pollfd]
    private(set) var said: [UInt8] = []
    private var complaints: [UInt8] = []

    init(output: Int32, complaints: Int32) {
        files = [output, complaints].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    }

    /// The last line that it complained with, short and harmless.
    var complaint: String {
        let last = complaints.split(separator: 0x0A).last ?? []
        return String(decoding: last.prefix(256), as: UTF8.self)
    }

    mutating func read(limit: Int, until deadline: ContinuousClock.Instant) -> ProgramRun.Failure? {
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while files.contains(where: { $0.fd >= 0 }) {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { return .timedOut }
            let milliseconds = Int32(clamping: left.components.seconds &* 1000 &+ 1000)
            let ready = poll(&files, nfds_t(files.count), min(milliseconds, 1000))
            guard ready > 0 else { continue }
            for index in files.indices where files[index].fd >= 0 && files[index].revents != 0 {
                let count = systemRead(files[index].fd, &buffer)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    files[index].fd = -1
                    continue
                }
                if index == 0 {
                    said += buffer[..<count]
                    guard said.count <= limit else { return .tooLong(limit: limit) }
                } else if complaints.count < 64 << 10 {
                    complaints += buffer[..<count]
                }
            }
        }
        return nil
    }

    private func systemRead(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int {
        buffer.withUnsafeMutableBytes { bytes in
            #if canImport(Glibc)
                Glibc.read(descriptor, bytes.baseAddress, bytes.count)
            #elseif canImport(Musl)
                Musl.read(descriptor, bytes.baseAddress, bytes.count)
            #else
                Darwin.read(descriptor, bytes.baseAddress, bytes.count)
            #endif
        }
    }
}
