import Foundation
import JSONView
import LogLines
import Synchronization

/// Keeps, across restarts, how far logs were read: one small JSON file, always written anew and put in place whole.
package final class PositionFile: Sendable {
    private struct State {
        var places: [String: LogPlace] = [:]
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
        var places: [String: LogPlace] = [:]
        if FileManager.default.fileExists(atPath: path) {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            guard let read = Self.read(Array(bytes)) else { throw Unreadable(path: path) }
            places = read
        }
        state = Mutex(State(places: places))
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

    /// Keeps how far a log was read.
    ///
    /// - Parameters:
    ///   - place: the place.
    ///   - name: the log, as it was named.
    package func keep(_ place: LogPlace, of name: String) {
        state.withLock { state in
            state.places[name] = place
            do { try write(state.places) } catch {
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

    private func write(_ places: [String: LogPlace]) throws {
        var writer = JSONWriter()
        writer.object { file in
            file.member("version", 1)
            file.key("places")
            file.object { list in
                for (name, place) in places.sorted(by: { $0.key < $1.key }) {
                    list.key(name)
                    place.write(to: &list)
                }
            }
        }
        // Written beside it, flushed and renamed.
        try Data(writer.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private static func read(_ bytes: [UInt8]) -> [String: LogPlace]? {
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
            return places
        }
    }
}
