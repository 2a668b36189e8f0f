/// Whether a source is followed.
package enum SourceUse: String, CaseIterable, Sendable {
    /// Where it is there.
    case auto
    /// It has to be there.
    case always
    case never
}
