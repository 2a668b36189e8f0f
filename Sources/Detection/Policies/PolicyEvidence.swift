import JSONView
package import Rules
package import SecurityEvents

/// Finds the fields that made a policy speak against a request.
package enum PolicyEvidence {
    /// The fields of the object that the failed expressions looked at.
    ///
    /// - Parameters:
    ///   - verdict: what the policy said.
    ///   - policies: the set that has the policy.
    ///   - event: the request.
    ///   - options: how much is shown.
    /// - Returns: places and values, of a missing field the nearest that is there.
    package static func find(
        _ verdict: PolicyVerdict, by policies: AdmissionPolicySet, in event: borrowing Event,
        _ options: DetectorOptions = DetectorOptions()
    ) -> [Evidence] {
        guard let object = event.object ?? event.response else { return [] }
        var evidence: [Evidence] = []
        let places = verdict.places(in: policies)
        for path in places where evidence.count < options.evidence {
            // The whole of an object says nothing where a part of it is named too.
            if places.contains(where: { $0.count > path.count && $0.starts(with: path) }) { continue }
            guard let value = object.deepest(along: path), let place = event.path(of: value),
                !evidence.contains(where: { $0.path == place })
            else { continue }
            let text = EvidenceText.write(value, path: place, in: event, length: options.valueLength, options.redactor)
            evidence.append(Evidence(path: place, value: text))
        }
        return evidence
    }
}

extension JSONValue {
    /// The value at a path, or at as much of it as there is, but never the whole object.
    fileprivate func deepest(along path: [JSONPath.Step]) -> JSONValue? {
        var at = self
        var found: JSONValue?
        for step in path {
            let next: JSONValue? =
                switch step {
                case .key(let key): at.member(JSONKey(key))
                case .position(let position): at[position]
                }
            guard let next else { break }
            at = next
            found = next
        }
        return found
    }
}
