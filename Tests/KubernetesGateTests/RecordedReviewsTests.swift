import Foundation
import HTTPListener
import JSONView
import Testing

@testable import KubernetesGate

/// Reviews that a real API server (1.20) sent by each route, as `recorded.jsonl` has them: `kubectl` asked, the fields that
/// only say who manages what were left out, and the caller is another.
@Suite("Reviews of a real API server")
struct RecordedReviewsTests {
    struct Recorded: CustomTestStringConvertible, Sendable {
        var name: String
        var verdict: String
        var rule: String
        var review: String
        var testDescription: String { name }
    }

    static let all: [Recorded] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "recorded.jsonl")
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap { line -> Recorded? in
            // The review stands last, and is sent as it was recorded.
            guard let document = try? JSONParser().parse(String(line)),
                let review = line.range(of: #","review":"#)?.upperBound
            else { return nil }
            defer { withExtendedLifetime(document) {} }
            let root = document.root
            return Recorded(
                name: root["name"]?.string ?? "", verdict: root["verdict"]?.string ?? "",
                rule: root["rule"]?.string ?? "", review: String(line[review...].dropLast()))
        }
    }()

    @Test("all were read")
    func complete() { #expect(Self.all.count == 23) }

    @Test("is judged as expected", arguments: all)
    func judges(_ recorded: Recorded) throws {
        let answer = try Answered(try TestGate().service.answer(request(recorded.review)))
        #expect(answer.status == 200)
        #expect(answer.annotations["verdict"] == recorded.verdict, "\(answer.message) \(answer.warnings)")
        #expect(answer.annotations["unjudged"] == nil)
        let rules = answer.annotations["rules"] ?? ""
        if !recorded.rule.isEmpty { #expect(rules.contains(recorded.rule), "\(rules)") }
    }
}
