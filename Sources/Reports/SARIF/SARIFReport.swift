import JSONView
public import SecurityEvents

/// Issues as one SARIF log (Static Analysis Results Interchange Format 2.1.0, OASIS), as code hosts take it.
public struct SARIFReport: Sendable {
    private let version: String

    /// Makes the report.
    ///
    /// - Parameter version: the version of the program.
    public init(version: String) { self.version = version }

    /// Writes a log of one run.
    ///
    /// - Parameters:
    ///   - issues: what was found, in order.
    ///   - diagnostics: what could not be read.
    /// - Returns: the whole log, ended with a line break.
    public func text(of issues: [CheckIssue], diagnostics: [Diagnostic] = []) -> String {
        var rules: [CheckIssue] = []
        var positions: [String: Int] = [:]
        for issue in issues where positions[issue.ruleName] == nil {
            positions[issue.ruleName] = rules.count
            rules.append(issue)
        }
        var writer = JSONWriter()
        writer.object { log in
            log.member(
                "$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
            log.member("version", "2.1.0")
            log.key("runs")
            log.array { runs in
                runs.object { run in
                    tool(rules, &run)
                    invocations(diagnostics, &run)
                    run.member("columnKind", "unicodeCodePoints")
                    run.key("results")
                    run.array { results in
                        for issue in issues { result(issue, positions[issue.ruleName] ?? 0, &results) }
                    }
                }
            }
        }
        return writer.text + "\n"
    }

    private func tool(_ rules: [CheckIssue], _ writer: inout JSONWriter) {
        writer.key("tool")
        writer.object { tool in
            tool.key("driver")
            tool.object { driver in
                driver.member("name", "tallyman")
                driver.member("semanticVersion", version)
                driver.key("rules")
                driver.array { array in for rule in rules { self.rule(rule, &array) } }
            }
        }
    }

    private func rule(_ issue: CheckIssue, _ writer: inout JSONWriter) {
        writer.object { rule in
            rule.member("id", issue.ruleName)
            Self.message("shortDescription", issue.title, &rule)
            if let help = issue.remediation { Self.message("help", help, &rule) }
            rule.key("properties")
            rule.object { properties in
                properties.member("tags", ["security"] + issue.tags)
                properties.member("security-severity", Self.severity(issue.level))
                properties.member("tallyman/id", issue.rule)
            }
        }
    }

    private func invocations(_ diagnostics: [Diagnostic], _ writer: inout JSONWriter) {
        writer.key("invocations")
        writer.array { array in
            array.object { invocation in
                invocation.key("executionSuccessful")
                invocation.value(!diagnostics.contains { $0.severity == .error })
                invocation.key("toolExecutionNotifications")
                invocation.array { notes in
                    for diagnostic in diagnostics {
                        notes.object { note in
                            note.member("level", diagnostic.severity == .error ? "error" : "warning")
                            Self.message("message", diagnostic.message, &note)
                            Self.locations(
                                diagnostic.file, line: diagnostic.line, column: diagnostic.column, text: "",
                                subject: nil,
                                &note)
                        }
                    }
                }
            }
        }
    }

    private func result(_ issue: CheckIssue, _ position: Int, _ writer: inout JSONWriter) {
        writer.object { result in
            result.member("ruleId", issue.ruleName)
            result.member("ruleIndex", position)
            result.member("level", Self.level(issue.level))
            Self.message("message", issue.message, &result)
            Self.locations(
                issue.file, line: issue.line, column: issue.column, text: issue.text, subject: issue.subject, &result)
            result.key("partialFingerprints")
            result.object { prints in
                // Lines move; what the finding is about does not.
                prints.member(
                    "tallyman/v1", "\(issue.ruleName)/\(issue.subject)/\(issue.evidence.first?.path ?? "")")
            }
        }
    }

    private static func message(_ key: String, _ text: String, _ writer: inout JSONWriter) {
        writer.key(key)
        writer.object { $0.member("text", text.isEmpty ? "-" : text) }
    }

    private static func locations(
        _ file: String, line: Int, column: Int, text: String, subject: String?, _ writer: inout JSONWriter
    ) {
        writer.key("locations")
        writer.array { locations in
            locations.object { location in
                location.key("physicalLocation")
                location.object { physical in
                    physical.key("artifactLocation")
                    physical.object { $0.member("uri", uri(of: file)) }
                    guard line > 0 else { return }
                    physical.key("region")
                    physical.object { region in
                        region.member("startLine", line)
                        if column > 0 { region.member("startColumn", column) }
                        if !text.isEmpty { message("snippet", String(text.prefix(400)), &region) }
                    }
                }
                guard let subject else { return }
                location.key("logicalLocations")
                location.array { array in array.object { $0.member("fullyQualifiedName", subject) } }
            }
        }
    }

    /// A path as a URI reference (RFC 3986); a relative one stays relative.
    static func uri(of file: String) -> String {
        if file == "standard input" { return "stdin" }
        var uri = file.hasPrefix("/") ? "file://" : ""
        let path = file.hasPrefix("./") ? String(file.dropFirst(2)) : file
        for byte in path.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: uri.unicodeScalars.append(Unicode.Scalar(byte))
            case _ where "-._~/".utf8.contains(byte): uri.unicodeScalars.append(Unicode.Scalar(byte))
            default: uri += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return uri
    }

    private static func level(_ level: Level) -> String {
        switch level {
        case .critical, .high: "error"
        case .medium: "warning"
        case .low, .informational: "note"
        }
    }

    /// The number that code hosts sort by, in the bands of CVSS.
    private static func severity(_ level: Level) -> String {
        switch level {
        case .critical: "9.5"
        case .high: "8.0"
        case .medium: "5.5"
        case .low: "3.0"
        case .informational: "0.0"
        }
    }
}
