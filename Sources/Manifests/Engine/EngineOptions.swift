/// Options that Compose and the command line write alike.
enum EngineOptions {
    /// `seccomp=unconfined`, `seccomp:unconfined`, `no-new-privileges`; `systempaths=unconfined` is the client's own word
    /// for empty lists of masked paths.
    static func addSecurity(_ option: PlacedValue, to body: inout CreateBody) {
        guard let text = option.text else { return }
        if text == "systempaths=unconfined" || text == "systempaths:unconfined" {
            body.setHost("MaskedPaths", PlacedValue(.array([]), at: option.place))
            body.setHost("ReadonlyPaths", PlacedValue(.array([]), at: option.place))
            return
        }
        body.appendHost("SecurityOpt", option)
    }

    /// `/dev/sda:/dev/xvda:rwm`.
    static func device(_ text: String, at place: Place) -> PlacedValue {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map {
            PlacedValue.text(String($0), at: place)
        }
        return device(
            parts.first ?? .text(text, at: place), target: parts.count > 1 ? parts[1] : nil,
            permissions: parts.count > 2 ? parts[2] : nil, at: place)
    }

    /// A device of the host.
    static func device(
        _ source: PlacedValue, target: PlacedValue?, permissions: PlacedValue?, at place: Place
    ) -> PlacedValue {
        PlacedValue(
            .object([
                .init(key: "PathOnHost", keyPlace: source.place, value: source),
                .init(key: "PathInContainer", keyPlace: place, value: target ?? source),
                .init(key: "CgroupPermissions", keyPlace: place, value: permissions ?? .text("rwm", at: place)),
            ]), at: place)
    }
}
