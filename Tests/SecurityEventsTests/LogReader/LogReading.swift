import Foundation
import JSONView
import SecurityEvents
import TestSupport

/// What a LogReader makes of a log.
struct LogReading {
    var events: [Event] = []
    var diagnostics: [Diagnostic] = []
    var statistics = ReadStatistics()

    /// Reads a log line by line.
    init(
        _ log: some Sequence<UInt8>, name: String = "test", forced: LogFormat? = nil, limits: ReadLimits = ReadLimits()
    ) {
        var reader = LogReader(forced: forced, limits: limits)
        var events: [Event] = []
        let lines = Array(log).split(separator: 0x0A, omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() where number + 1 < lines.count || !line.isEmpty {
            line.withUnsafeBytes { bytes in
                reader.read(bytes, at: SourcePosition(name: name, line: number + 1)) { events.append(copy $0) }
            }
        }
        reader.finish { events.append(copy $0) }
        self.events = events
        diagnostics = reader.takeDiagnostics()
        statistics = reader.statistics
    }

    init(_ log: String, forced: LogFormat? = nil, limits: ReadLimits = ReadLimits()) {
        self.init(Array(log.utf8), forced: forced, limits: limits)
    }

    /// Reads a shared file; nothing where it is not there.
    init(shared name: String) {
        self.init(SharedFolder.contents(name) ?? Data(), name: name)
    }

    var messages: [String] { diagnostics.map(\.message) }
}

extension LogReading {
    /// One audit event: the parts that differ from a create of a Pod.
    init(
        audit verb: String = "create", resource: String = "pods", group: String? = nil, subresource: String? = nil,
        level: String = "RequestResponse", stage: String = "ResponseComplete", code: Int? = 201, uri: String = "/api",
        user: String = #"{"username":"mallory","groups":["dev","system:authenticated"]}"#,
        request: String? = nil, response: String? = nil, more: String = ""
    ) {
        var text = #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"\#(level)","auditID":"a-1","#
        text += #""stage":"\#(stage)","requestURI":"\#(uri)","verb":"\#(verb)","user":\#(user),"#
        text += #""objectRef":{"resource":"\#(resource)","namespace":"dev","name":"web","apiVersion":"v1""#
        if let group { text += #","apiGroup":"\#(group)""# }
        if let subresource { text += #","subresource":"\#(subresource)""# }
        text += "}"
        if let code { text += #","responseStatus":{"metadata":{},"code":\#(code)}"# }
        if let request { text += #","requestObject":\#(request)"# }
        if let response { text += #","responseObject":\#(response)"# }
        text += more + #","stageTimestamp":"2026-11-23T13:35:09.845086Z"}"#
        self.init(text)
    }
}

extension JSONText? {
    var string: String? { self.map { String($0) } }
}
