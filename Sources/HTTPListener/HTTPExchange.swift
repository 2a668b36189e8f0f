/// A request, with its whole body.
package struct HTTPRequest: Sendable {
    /// The method: `POST`.
    package var method: String
    /// The path, without the query.
    package var path: String
    /// The headers, in order; names as they were sent.
    package var headers: [(name: String, value: String)]
    /// The body; empty where there was none.
    package var body: [UInt8]
    /// Who is at the other end of the connection, as far as the system says: an address.
    package var peer: String
    /// What stands behind the path's `?`; empty where there is none.
    package var query: String
    /// When the request was there with all of its body.
    package var received = ContinuousClock.now

    /// Makes a request.
    package init(
        method: String, path: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        peer: String = "", query: String = ""
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body
        self.peer = peer
        self.query = query
    }

    /// The values of a header.
    ///
    /// - Parameter name: the header's name, in any case.
    /// - Returns: its values, in order.
    package func values(of name: String) -> [String] {
        let name = name.lowercased()
        return headers.filter { $0.name.lowercased() == name }.map(\.value)
    }
}

/// An answer.
package struct HTTPAnswer: Sendable, Equatable {
    /// The status: 200.
    package var status: Int
    /// The type of the body.
    package var contentType = "text/plain; charset=utf-8"
    /// The body.
    package var body: [UInt8]
    /// In how many seconds the client may come again.
    package var retryAfter: Int?

    /// Makes an answer of text.
    ///
    /// - Parameters:
    ///   - status: the status.
    ///   - text: the body; a line ending is added unless it is empty.
    ///   - retryAfter: in how many seconds the client may come again.
    package init(_ status: Int, _ text: String = "", retryAfter: Int? = nil) {
        self.status = status
        self.body = text.isEmpty ? [] : Array((text + "\n").utf8)
        self.retryAfter = retryAfter
    }
}

/// What is asked of a request's head, before its body is read.
package struct HTTPHead: Sendable {
    /// The method: `POST`.
    package var method: String
    /// The path, without the query.
    package var path: String
    /// The values of `Authorization`.
    package var authorization: [String]
}
