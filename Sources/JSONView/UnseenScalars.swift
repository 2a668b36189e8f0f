extension Unicode.Scalar {
    /// Whether a terminal or an editor would not show the scalar as a mark of its own, or would act on it.
    ///
    /// Control characters, formatting (bidirectional overrides, zero-width characters, tags, variation selectors),
    /// separators of lines and paragraphs, fillers that look like a space, the replacement character, and what Unicode
    /// has not assigned. The space and the ideographic space are seen.
    package var isUnseen: Bool {
        if isASCII { return value < 0x20 || value == 0x7F }
        // Braille blank is a symbol to Unicode and nothing to the eye.
        if value == 0xFFFD || value == 0x2800 { return true }
        if properties.isDefaultIgnorableCodePoint { return true }
        switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: return true
        case .spaceSeparator: return value != 0x3000
        default: return false
        }
    }
}
