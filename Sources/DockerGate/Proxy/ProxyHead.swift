/// The head of a request, read more strictly than any server reads it: what two readers might take apart in two ways is
/// no request.
package struct ProxyHead: Sendable, Equatable {
    /// The method: `POST`.
    package var method: String
    /// What stands between the method and the protocol.
    package var uri: String
    /// The headers, in order.
    package var headers: [Header]
    /// Where the body ends.
    package var framing: Framing

    /// One header.
    package struct Header: Sendable, Equatable {
        package var name: String
        package var value: String
    }

    /// Where a body ends.
    package enum Framing: Sendable, Equatable {
        case none
        case length(Int)
        case chunked
    }

    /// Why a head is none.
    package struct Fault: Error, Equatable {
        /// The status that the client gets.
        package var status: Int
        /// What is wrong.
        package var reason: String
    }

    /// The longest head that is read.
    package static let limit = 64 << 10
    private static let headerLimit = 200

    /// Reads a head.
    ///
    /// - Parameter bytes: everything before the empty line, with the end of the last line.
    /// - Throws: why it is none.
    package init(_ bytes: ArraySlice<UInt8>) throws(Fault) {
        var lines = try Self.lines(of: bytes)[...]
        guard let first = lines.popFirst() else { throw Fault(status: 400, reason: "there is no request line") }
        let words = first.split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, !words[0].isEmpty, words[0].allSatisfy({ $0 >= 0x41 && $0 <= 0x5A }),
            !words[1].isEmpty, words[1].allSatisfy({ $0 > 0x20 && $0 < 0x7F })
        else { throw Fault(status: 400, reason: "the request line is none") }
        guard words[2].elementsEqual("HTTP/1.1".utf8) else {
            throw Fault(status: 505, reason: "only HTTP/1.1 is spoken here")
        }
        method = String(decoding: words[0], as: UTF8.self)
        uri = String(decoding: words[1], as: UTF8.self)
        guard lines.count <= Self.headerLimit else { throw Fault(status: 431, reason: "there are too many headers") }
        var headers: [Header] = []
        for line in lines { headers.append(try Self.header(line)) }
        self.headers = headers
        framing = .none
        framing = try readFraming()
        for name in ["content-type", "host", "connection", "upgrade", "expect"] where values(of: name).count > 1 {
            throw Fault(status: 400, reason: "\(name) stands twice, and readers differ on which one counts")
        }
    }

    /// The values of a header, in order.
    ///
    /// - Parameter name: the name in lower case.
    /// - Returns: its values.
    package func values(of name: String) -> [String] {
        headers.filter { $0.name.lowercased() == name }.map(\.value)
    }

    /// What the client asks the connection to become, in lower case: `tcp`; nil where it shall stay what it is.
    package var upgrade: String? { values(of: "upgrade").first?.lowercased() }

    private func readFraming() throws(Fault) -> Framing {
        let lengths = values(of: "content-length")
        let codings = values(of: "transfer-encoding")
        guard lengths.count + codings.count <= 1 else {
            throw Fault(status: 400, reason: "the length of the body is given in two ways")
        }
        if let coding = codings.first {
            guard coding.lowercased() == "chunked" else {
                throw Fault(status: 501, reason: "the only transfer encoding that is read is chunked")
            }
            return .chunked
        }
        guard let text = lengths.first else { return .none }
        guard !text.isEmpty, text.utf8.count <= 15, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
            let length = Int(text)
        else { throw Fault(status: 400, reason: "Content-Length is no number") }
        return .length(length)
    }

    /// The lines, each of which ends with a carriage return and a line feed, and has neither within.
    private static func lines(of bytes: ArraySlice<UInt8>) throws(Fault) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = bytes
        while !rest.isEmpty {
            guard let end = rest.firstIndex(of: 0x0A), end > rest.startIndex, rest[end - 1] == 0x0D else {
                throw Fault(status: 400, reason: "a line ends without a carriage return")
            }
            let line = rest[..<(end - 1)]
            guard !line.contains(0x0D), !line.contains(0) else {
                throw Fault(status: 400, reason: "a line has a control character")
            }
            lines.append(line)
            rest = rest[(end + 1)...]
        }
        return lines
    }

    private static func header(_ line: ArraySlice<UInt8>) throws(Fault) -> Header {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(isToken)
        else { throw Fault(status: 400, reason: "a header has no name") }
        var value = line[(colon + 1)...].drop { $0 == 0x20 || $0 == 0x09 }
        while let last = value.last, last == 0x20 || last == 0x09 { value = value.dropLast() }
        guard value.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }),
            let text = String(validating: value, as: UTF8.self)
        else { throw Fault(status: 400, reason: "a header has a control character, or is no text") }
        return Header(name: String(decoding: line[..<colon], as: UTF8.self), value: text)
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && !#"()<>@,;:\"/[]?={}"#.utf8.contains(byte)
    }

    /// The head as it is sent on: what it says is what was judged.
    ///
    /// - Parameters:
    ///   - framing: how the body is sent on.
    ///   - upgrade: what the connection may become; nil where it stays what it is.
    ///   - added: headers of the proxy's own, whose names nobody else may use.
    /// - Returns: the head, with the empty line behind it.
    package func sentOn(framing: Framing, upgrade: String? = nil, adding added: [Header] = []) -> [UInt8] {
        var text = "\(method) \(uri) HTTP/1.1\r\n"
        let own = Set(added.map { $0.name.lowercased() })
        for header in headers {
            let name = header.name.lowercased()
            if own.contains(name) || name == CallerTickets.header { continue }
            switch name {
            // Said anew below. With HTTP2-Settings a connection may become one of HTTP/2, whose requests nobody judges.
            case "content-length", "transfer-encoding", "connection", "upgrade": continue
            case "expect", "te", "trailer", "keep-alive", "proxy-connection", "http2-settings": continue
            default: break
            }
            text += "\(header.name): \(header.value)\r\n"
        }
        switch framing {
        case .none: break
        case .length(let length): text += "Content-Length: \(length)\r\n"
        case .chunked: text += "Transfer-Encoding: chunked\r\n"
        }
        for header in added { text += "\(header.name): \(header.value)\r\n" }
        // One request a connection: what follows it was not judged.
        text += upgrade.map { "Connection: Upgrade\r\nUpgrade: \($0)\r\n" } ?? "Connection: close\r\n"
        return Array((text + "\r\n").utf8)
    }
}
