/// How far the events of a Docker engine were told: the moment of the latest, by the engine's clock.
struct EnginePlace: Equatable {
    /// Nanoseconds since 1970.
    let nanoseconds: Int64

    /// How far back a replay reaches beyond the latest event.
    static let overlap: Int64 = 5_000_000_000

    /// Names a place.
    init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Reads a place; nil where the bytes are none.
    init?(_ bytes: [UInt8]) {
        guard let number = Int64(String(decoding: bytes.prefix(32), as: UTF8.self)), number > 0 else { return nil }
        nanoseconds = number
    }

    /// The place as it is kept.
    func place(of source: String) -> SourcePlace {
        let number = nanoseconds
        return SourcePlace(source: source) { Array(String(number).utf8) }
    }
}
