import Console
import KubernetesModel
import Resources

/// How many there were of everything: the closing line of `validate`.
struct Tally: Sendable, Hashable {
    let files: Int
    let documents: Int
    let errors: Int
    let warnings: Int

    init(_ set: ManifestSet, _ files: ManifestFiles) {
        let diagnostics = files.diagnostics + set.diagnostics
        self.files = files.files.count + files.diagnostics.count
        self.documents = set.manifests.count
        self.errors = diagnostics.count { $0.severity == .error }
        self.warnings = diagnostics.count - self.errors
    }

    /// `3 files, 12 documents: 2 errors, 1 warning`.
    var sentence: String {
        let result =
            self.errors + self.warnings == 0
            ? "valid"
            : [(self.errors, "error"), (self.warnings, "warning")].filter { $0.0 > 0 }.map { $0.0.of($0.1) }
                .joined(separator: ", ")
        return "\(self.files.of("file")), \(self.documents.of("document")): \(result)"
    }
}
