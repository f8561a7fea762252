extension APIStatus {
    /// 422: the object breaks rules; every error is a cause, warnings are left out.
    package static func invalid(_ kind: ResourceKind, _ name: String, _ problems: [FieldProblem]) -> APIStatus {
        let errors = problems.filter { $0.severity == .error }
        let words = errors.map(\.description)
        let list = words.count == 1 ? words[0] : "[\(words.joined(separator: ", "))]"
        let qualifiedKind = kind.group.isEmpty ? kind.kind : "\(kind.kind).\(kind.group)"
        return APIStatus(
            .invalid,
            "\(qualifiedKind) \"\(name)\" is invalid: \(list)",
            name: name,
            kind: kind.kind,
            group: kind.group,
            causes: errors.map {
                Cause(reason: $0.reason.causeType, message: $0.sentence, field: $0.path.description)
            }
        )
    }
}
