import KubernetesModel
import YAML

/// A file of manifests.
package struct ManifestFile: Sendable, Hashable {
    /// The name to tell in diagnostics.
    package let name: String
    /// The text.
    package let bytes: [UInt8]

    /// Creates a file.
    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

/// All objects of a set of files, checked one by one and together.
///
/// *Guarantees:* every error of every file is told in one pass; nothing traps, whatever the files hold.
package struct ManifestSet: Sendable {
    /// What there is to know of every object, sound or not, in the order of the files.
    package let manifests: [Manifest]
    /// The objects that nothing is wrong with by themselves.
    package let resources: [ValidatedResource]
    /// Everything that there is to tell, in the order of the files.
    package let diagnostics: [Diagnostic]

    /// Reads and checks files.
    ///
    /// - Parameters:
    ///   - files: The files, in the order in which to tell about them.
    ///   - defaultNamespace: The namespace of objects that name none.
    ///   - elsewhere: Objects that exist and need not be in the files; `nil` when nobody has looked.
    ///   - limits: How much one file may demand.
    package init(
        _ files: [ManifestFile],
        defaultNamespace: String = PeerageAPI.defaultNamespace,
        elsewhere: [Object]? = nil,
        limits: YAMLLimits = YAMLLimits()
    ) {
        self.init(
            files.mapSideBySide { ManifestReading($0, defaultNamespace: defaultNamespace, limits: limits) },
            elsewhere: elsewhere
        )
    }

    /// Puts files together that were read already.
    ///
    /// - Parameters:
    ///   - readings: The files, in the order in which to tell about them.
    ///   - elsewhere: Objects that exist and need not be in the files; `nil` when nobody has looked.
    package init(_ readings: [ManifestReading], elsewhere: [Object]? = nil) {
        let manifests = readings.flatMap(\.manifests)
        let diagnostics = readings.flatMap(\.diagnostics) + ManifestIndex(manifests, elsewhere: elsewhere).diagnostics
        self.manifests = manifests
        self.resources = readings.flatMap(\.resources)
        self.diagnostics = Self.sorted(diagnostics, as: readings.map(\.file))
        for reading in readings { reading.forgetPlaces() }
    }

    /// Whether anything in the set is wrong.
    package var hasErrors: Bool { self.diagnostics.contains { $0.severity == .error } }

    private static func sorted(_ diagnostics: [Diagnostic], as files: [String]) -> [Diagnostic] {
        let order = Dictionary(files.enumerated().map { ($1, $0) }) { first, _ in first }
        return diagnostics.enumerated()
            .sorted { left, right in
                (order[left.element.file] ?? 0, left.element.line, left.element.column, left.offset)
                    < (order[right.element.file] ?? 0, right.element.line, right.element.column, right.offset)
            }
            .map(\.element)
    }
}
