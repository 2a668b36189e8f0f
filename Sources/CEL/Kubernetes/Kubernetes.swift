/// Kubernetes' dialect of the language: its libraries, its typed schemas and the prices of its functions.
///
/// The core of the language knows nothing of Kubernetes; everything that does is in this folder.
public enum Kubernetes {
    /// What one evaluation of an expression may cost at most, in the API server.
    public static let perCallLimit: UInt64 = 1_000_000

    /// What all expressions of one request may cost together, in the API server.
    public static let requestBudget: UInt64 = 10_000_000
}
