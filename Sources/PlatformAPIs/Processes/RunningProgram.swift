import Dispatch
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Another program that speaks until it is stopped; it waits while nobody reads.
package final class RunningProgram: Sendable {
    /// Why a program says nothing more.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        /// What was wrong, for a person.
        package let description: String
        /// Whether the program could not even be started.
        package let isAbsent: Bool

        /// Names a failure.
        ///
        /// - Parameters:
        ///   - description: what was wrong, for a person.
        ///   - isAbsent: whether the program could not even be started.
        package init(description: String, isAbsent: Bool) {
            self.description = description
            self.isAbsent = isAbsent
        }
    }

    private struct State {
        var isReaped = false
        var complaint: [UInt8] = []
    }

    private let name: String
    private let child: pid_t
    private let output: Int32
    private let complaints: Int32
    private let queue: DispatchQueue
    private let state = Mutex(State())

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - command: a path, or a name that `PATH` leads to.
    ///   - arguments: what it is told.
    /// - Throws: `Failure`, where it cannot be started.
    package init(_ command: String, _ arguments: [String]) throws(Failure) {
        name = command
        switch ProgramRun(command: command, arguments: arguments).started() {
        case .success(let started): (child, output, complaints) = started
        case .failure(.cannotStart(let reason)):
            throw Failure(description: "\(command) cannot be started: \(reason)", isAbsent: true)
        case .failure(let other): throw Failure(description: "\(command): \(other)", isAbsent: true)
        }
        queue = DispatchQueue(label: "program \(command)")
    }

    deinit {
        stop()
        close(output)
        close(complaints)
    }

    /// Gives what the program says next; waits for it.
    ///
    /// - Returns: some bytes.
    /// - Throws: `Failure`, when it has ended; `CancellationError`, by which it is stopped.
    package func read() async throws -> [UInt8] {
        let bytes: [UInt8] = try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return await withCheckedContinuation { continuation in
                queue.async { continuation.resume(returning: self.blockingRead()) }
            }
        } onCancel: {
            // Its pipes close by that, which ends the read.
            stop()
        }
        guard bytes.isEmpty else { return bytes }
        try Task.checkCancellation()
        stop()
        let complaint = state.withLock {
            String(decoding: $0.complaint.split(separator: 0x0A).last ?? [], as: UTF8.self)
        }
        throw Failure(description: "\(name) ended" + (complaint.isEmpty ? "" : ": \(complaint)"), isAbsent: false)
    }

    /// Ends the program and all that it started.
    package func stop() {
        state.withLock { state in
            // Afterwards the number may be another's.
            guard !state.isReaped else { return }
            state.isReaped = true
            kill(-child, SIGKILL)
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
        }
    }

    private func blockingRead() -> [UInt8] {
        var files = [output, complaints].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while files[0].fd >= 0 {
            let ready = poll(&files, nfds_t(files.count), -1)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { return [] }
            if files[1].revents != 0 {
                let count = buffer.withUnsafeMutableBytes { systemRead(complaints, $0) }
                if count > 0 { complain(buffer[..<count]) } else { files[1].fd = -1 }
            }
            guard files[0].revents != 0 else { continue }
            let count = buffer.withUnsafeMutableBytes { systemRead(output, $0) }
            if count < 0, errno == EINTR { continue }
            return count > 0 ? Array(buffer[..<count]) : []
        }
        return []
    }

    private func complain(_ bytes: ArraySlice<UInt8>) {
        state.withLock { state in
            state.complaint += bytes
            if state.complaint.count > 4096 { state.complaint.removeFirst(state.complaint.count - 4096) }
        }
    }

    private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, bytes.baseAddress, bytes.count)
        #elseif canImport(Musl)
            Musl.read(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.read(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
