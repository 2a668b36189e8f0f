import JSONView

extension Library {
    /// URLs and their parts: `url`, `isURL`, `getScheme`, `getHost`, `getHostname`, `getPort`, `getEscapedPath`,
    /// `getQuery`.
    public static let kubernetesURLs = Library(
        "kubernetes.urls", overloads: making + parts, types: ["kubernetes.URL": URLValue.type])

    private static let making: [Overload] = [
        Overload("string_to_url", "url", [.string], URLValue.type, "The URL that a text is.") { arguments in
            let text = String(arguments.string(0))
            do throws(RequestURL.Fault) {
                return arguments.evaluation.opaque(URLValue(try RequestURL(parsing: text), text: text))
            } catch {
                return arguments.error("URL parse error during conversion from string: \(error.message)")
            }
        },
        Overload("is_url_string", "isURL", [.string], .bool, "Whether a text is an absolute URI or an absolute path.") {
            .bool((try? RequestURL(parsing: String($0.string(0)))) != nil)
        },
    ]

    private static let parts: [Overload] = [
        part("scheme", "getScheme", "What stands before the colon.") { $0.scheme },
        part("host", "getHost", "The host with its port.") { $0.host },
        part("hostname", "getHostname", "The host without its port.") { $0.hostname },
        part("port", "getPort", "The port, or nothing.") { $0.port },
        part("escaped_path", "getEscapedPath", "The path, percent-encoded.") { $0.escapedPath },
        .member(
            "url_get_query", "getQuery", [URLValue.type], .map(.string, .list(.string)), "The query's names and values."
        ) { arguments in
            guard let value = arguments.opaque(0) as? URLValue else { return arguments.evaluation.noSuchOverload() }
            let entries = value.url.queryValues
            return arguments.evaluation.map(
                keys: entries.map { arguments.evaluation.string($0.name) },
                values: entries.map { arguments.evaluation.list($0.values.map { arguments.evaluation.string($0) }) })
        },
    ]

    private static func part(
        _ name: String, _ function: String, _ documentation: String, _ part: @escaping @Sendable (RequestURL) -> String
    ) -> Overload {
        .member("url_get_\(name)", function, [URLValue.type], .string, documentation) { arguments in
            guard let value = arguments.opaque(0) as? URLValue else { return arguments.evaluation.noSuchOverload() }
            return arguments.evaluation.string(part(value.url))
        }
    }
}
