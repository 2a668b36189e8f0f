internal import JSONView
internal import SecurityEvents

/// Finds variables with which package managers are told to take packages from a bare public number.
///
/// Mirrors of one's own have a name or a number of a private network. What a stranger's machine hands out under the names of
/// known packages runs when it is installed, and no command says so.
enum PackageIndexes {
    /// Whether a variable may be one: an address that begins with a digit, which few have.
    static func mayBe(_ value: JSONText) -> Bool {
        guard value.count >= 14, value.hasPrefix("http") else { return false }
        let rest = value.dropFirst(value.start[4] == UInt8(ascii: "s") ? 5 : 4)
        // Of fourteen bytes or more, nine are left at least.
        return rest.hasPrefix("://")
            && (ASCII.isDigit(rest.start[3]) || value.firstIndex(of: UInt8(ascii: "@")) != nil)
    }

    /// The addresses that stand in such variables of a container.
    static func foreign(to record: ContainerRecord) -> [JSONText] {
        (record.shown?.pointee.environment() ?? []).compactMap { variable in
            guard let value = variable.value, mayBe(value), isIndex(variable.name), isForeign(value) else { return nil }
            return value
        }
    }

    private static let names = TextSet([
        "pip_index_url", "pip_extra_index_url", "pip_find_links", "uv_index_url", "uv_extra_index_url",
        "uv_default_index", "uv_index", "pipenv_pypi_mirror", "npm_config_registry", "yarn_registry",
        "yarn_npm_registry_server", "goproxy", "bundle_mirror__https://rubygems.org", "rubygems_host", "gem_host",
        "cargo_registries_crates_io_index", "maven_mirror_url", "conda_channel_alias", "nuget_source", "cpan_mirror",
    ])

    private static func isIndex(_ name: JSONText) -> Bool {
        guard name.count < 64 else { return false }
        return String(name).lowercased().withText { names.contains($0) }
    }

    private static func isForeign(_ value: JSONText) -> Bool {
        guard let address = Addresses.all(in: value).first, let slash = address.firstIndex(of: UInt8(ascii: "/")) else {
            return false
        }
        var host = address.dropFirst(slash + 2)
        if let end = host.firstIndex(of: UInt8(ascii: "/")) { host = host.prefix(end) }
        if let user = host.bytes.lastIndex(of: UInt8(ascii: "@")) { host = host.dropFirst(user + 1) }
        return Addresses.isPublicNumber(host)
    }
}
