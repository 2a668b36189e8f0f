import PlatformAPIs
import SecurityEvents

extension WatchStart {
    /// The place as it is kept.
    var place: [UInt8] { Array("\(moment.nanoseconds) \(version)".utf8) }

    /// Reads what ``place`` wrote; nil where it makes no sense.
    init?(place: [UInt8]) {
        guard place.count <= 1024 else { return nil }
        let words = String(decoding: place, as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard words.count == 2, let moment = Int64(words[0]) else { return nil }
        self.init(version: String(words[1]), moment: Timestamp(nanoseconds: moment))
    }
}
