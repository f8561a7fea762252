import JSON

/// One thing that is wrong with one field.
package struct FieldProblem: Sendable, Hashable {
    /// How bad it is.
    package enum Severity: String, Sendable, Hashable, CaseIterable {
        /// The object is refused.
        case error
        /// The object is taken, and probably does not do what was meant.
        case warning
    }

    /// What of a field a problem points at.
    package enum Part: Sendable, Hashable {
        /// Its name.
        case key
        /// What it holds.
        case value
    }

    /// The closed list of things that can be wrong with a field.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        /// No such field exists.
        case unknown = "FieldUnknown"
        /// The value is of another type.
        case typeInvalid = "FieldValueTypeInvalid"
        /// The field must be there.
        case required = "FieldValueRequired"
        /// The value breaks a rule.
        case invalid = "FieldValueInvalid"
        /// The value is not one of the words that are allowed.
        case notSupported = "FieldValueNotSupported"
        /// The value is there twice.
        case duplicate = "FieldValueDuplicate"
        /// The value has too many characters.
        case tooLong = "FieldValueTooLong"
        /// The value has too many elements.
        case tooMany = "FieldValueTooMany"
        /// The field cannot be there beside another.
        case forbidden = "FieldValueForbidden"
        /// The field cannot change any more.
        case immutable = "FieldValueImmutable"
        /// The value is allowed and probably not what was meant.
        case discouraged = "FieldValueDiscouraged"
        /// The field is kept and has no effect in this version.
        case notActedOn = "FieldNotActedOn"
    }

    /// The field.
    package let path: FieldPath
    /// How bad it is.
    package let severity: Severity
    /// Which sort of problem it is.
    package let reason: Reason
    /// What is wrong, to be read after the path.
    package let message: String
    /// What was expected instead, as the end of "expected …".
    package let expected: String?
    /// Whether the field's name is wrong or what it holds.
    package let part: Part
    /// Where inside the field's text it shows, if the text has an inside.
    package let place: TextPlace?

    /// Creates an error or a warning.
    package init(
        _ reason: Reason,
        at path: FieldPath,
        _ message: String,
        expected: String? = nil,
        severity: Severity = .error,
        part: Part = .value,
        place: TextPlace? = nil
    ) {
        self.path = path
        self.severity = severity
        self.reason = reason
        self.message = message
        self.expected = expected
        self.part = part
        self.place = place
    }

    /// Creates a warning.
    package static func warning(_ reason: Reason, at path: FieldPath, _ message: String) -> FieldProblem {
        FieldProblem(reason, at: path, message, severity: .warning)
    }

    /// What is wrong and what was expected, and where inside the text, unless it is its start.
    package var sentence: String {
        guard let place = self.place, place != TextPlace(line: 1, column: 1) else { return self.sentenceWithoutPlace }
        return "\(self.sentenceWithoutPlace) (\(place))"
    }

    /// What is wrong and what was expected.
    package var sentenceWithoutPlace: String {
        self.expected.map { "\(self.message); expected \($0)" } ?? self.message
    }
}

extension FieldProblem: CustomStringConvertible {
    /// The path, what is wrong, and what was expected.
    package var description: String {
        self.path.components.isEmpty ? self.sentence : "\(self.path): \(self.sentence)"
    }
}

extension FieldProblem.Reason {
    /// What the reason means, in one sentence.
    package var sentence: String {
        switch self {
        case .unknown: "No field of this name exists."
        case .typeInvalid: "The value is of another type than the field."
        case .required: "A field that must be there is missing."
        case .invalid: "The value breaks the field's rule."
        case .notSupported: "The value is not one of the words that the field allows."
        case .duplicate: "The value is there twice."
        case .tooLong: "The value has too many characters."
        case .tooMany: "The value has too many elements."
        case .forbidden: "The field cannot be there beside another."
        case .immutable: "The field cannot change once the object exists."
        case .discouraged: "The value is allowed and probably not what was meant."
        case .notActedOn: "The field is kept and has no effect in this version."
        }
    }

    /// The word that Kubernetes has for the reason (`metav1.CauseType`).
    package var causeType: String {
        switch self {
        case .unknown, .discouraged, .notActedOn: Self.invalid.rawValue
        case .immutable: Self.forbidden.rawValue
        case .typeInvalid, .required, .invalid, .notSupported, .duplicate, .tooLong, .tooMany, .forbidden:
            self.rawValue
        }
    }
}

extension [FieldProblem] {
    /// Whether any of them is an error.
    package var hasErrors: Bool { self.contains { $0.severity == .error } }
}
