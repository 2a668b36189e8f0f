import Foundation
import JSONView
import LogLines
import Synchronization

/// Keeps, across restarts, how far logs were read: one small JSON file, always written anew and put in place whole.
package final class PositionFile: Sendable {
    private struct State {
        var places: [String: LogPlace] = [:]
        var cursors: [String: String] = [:]
        var failure: String?
    }

    private let path: String
    private let state: Mutex<State>

    /// Reads what was kept.
    ///
    /// - Parameter path: the file; it need not exist yet.
    /// - Throws: `Unreadable`, where it is there and holds something else: logs would be read from elsewhere, silently.
    package init(path: String) throws {
        self.path = path
        var kept = State()
        if FileManager.default.fileExists(atPath: path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            guard let read = Self.read(Array(bytes)) else { throw Unreadable(path: path) }
            kept = read
        }
        state = Mutex(kept)
    }

    /// A file of positions holds something else.
    package struct Unreadable: Error, CustomStringConvertible {
        let path: String

        /// What is wrong and what to do.
        package var description: String {
            "\(path): holds no positions of logs; remove it, and logs are read as if for the first time"
        }
    }

    /// How far a log was read.
    ///
    /// - Parameter name: the log, as it was named.
    /// - Returns: the place; nil for a log that is new.
    package func place(of name: String) -> LogPlace? { state.withLock { $0.places[name] } }

    /// How far a source was heard that has words of its own for it.
    ///
    /// - Parameter name: the source's name.
    /// - Returns: the source's own word; nil for a source that is new.
    package func cursor(of name: String) -> String? { state.withLock { $0.cursors[name] } }

    /// Keeps how far a source was heard.
    ///
    /// - Parameters:
    ///   - cursor: the source's own word for it.
    ///   - name: the source's name.
    package func keep(cursor: String, of name: String) { change { $0.cursors[name] = cursor } }

    /// Keeps how far a log was read.
    ///
    /// - Parameters:
    ///   - place: the place.
    ///   - name: the log, as it was named.
    package func keep(_ place: LogPlace, of name: String) {
        change { $0.places[name] = place }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { state in
            body(&state)
            do { try write(state) } catch {
                state.failure = "how far it was read could not be kept in \(path): \(error.localizedDescription)"
            }
        }
    }

    /// Gives why a place could not be kept, once.
    func takeFailure() -> String? {
        state.withLock { state in
            defer { state.failure = nil }
            return state.failure
        }
    }

    private func write(_ state: State) throws {
        var writer = JSONWriter()
        writer.object { file in
            file.member("version", 1)
            file.key("places")
            file.object { list in
                for (name, place) in state.places.sorted(by: { $0.key < $1.key }) {
                    list.key(name)
                    place.write(to: &list)
                }
            }
            guard !state.cursors.isEmpty else { return }
            file.key("cursors")
            file.object { list in
                for (name, cursor) in state.cursors.sorted(by: { $0.key < $1.key }) { list.member(name, cursor) }
            }
        }
        // Written beside it, flushed and renamed.
        try Data(writer.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private static func read(_ bytes: [UInt8]) -> State? {
        guard let document = try? JSONParser().parse(bytes) else { return nil }
        return withExtendedLifetime(document) {
            guard document.root["version"]?.int64 == 1, let list = document.root["places"], list.kind == .object else {
                return nil
            }
            var places: [String: LogPlace] = [:]
            for (name, value) in list.members {
                guard let place = LogPlace(value) else { return nil }
                places[String(name)] = place
            }
            var cursors: [String: String] = [:]
            for (name, value) in document.root["cursors"]?.members.map({ $0 }) ?? [] {
                guard let cursor = value.string else { return nil }
                cursors[String(name)] = cursor
            }
            return State(places: places, cursors: cursors)
        }
    }
}
