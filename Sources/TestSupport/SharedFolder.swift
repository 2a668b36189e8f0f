import Foundation

/// The recordings and corpora that tests may read where they are, and never need.
package enum SharedFolder {
    /// The folder: `TALLYMAN_SHARED`, or `../shared` beside the package; nil where neither is there.
    package static let path: String? = {
        let given = ProcessInfo.processInfo.environment["TALLYMAN_SHARED"]
        let beside = URL(fileURLWithPath: FileManager.default.currentDirectoryPath).deletingLastPathComponent().path
        return [given, beside + "/shared"].compactMap { $0 }.first(where: isFolder)
    }()

    /// Reads a file of the folder.
    ///
    /// - Parameter name: its path within the folder.
    /// - Returns: what it holds; nil, with a printed line, where it is not there.
    package static func contents(_ name: String) -> Data? {
        if let path, let data = FileManager.default.contents(atPath: path + "/" + name) { return data }
        print("skipped: shared/\(name) is not here (set TALLYMAN_SHARED)")
        return nil
    }

    /// The files of a part of the folder, sorted.
    ///
    /// - Parameters:
    ///   - folder: the part.
    ///   - suffix: how their names end.
    /// - Returns: paths within the folder; none, with a printed line, where it is not there.
    package static func files(_ folder: String, suffix: String) -> [String] {
        guard let path, let names = try? FileManager.default.contentsOfDirectory(atPath: path + "/" + folder) else {
            print("skipped: shared/\(folder) is not here (set TALLYMAN_SHARED)")
            return []
        }
        return names.filter { $0.hasSuffix(suffix) }.sorted().map { folder + "/" + $0 }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
