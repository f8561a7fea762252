import KubernetesModel

/// Something worth telling the people who look at an object.
package struct EventNote: Sendable, Hashable {
    /// How serious it is.
    package enum Severity: String, Sendable, Hashable {
        /// As it should be.
        case normal = "Normal"
        /// Somebody may have to act.
        case warning = "Warning"
    }

    /// The object that it is about.
    package var about: ObjectReference
    /// How serious it is.
    package var severity: Severity
    /// Why, as one CamelCase word of a closed vocabulary.
    package var reason: String
    /// What, for a person.
    package var message: String

    /// Creates a note; the reason is cut at 128 and the message at 1,024 bytes, the limits of the API.
    package init(about: ObjectReference, _ severity: Severity, reason: String, message: String) {
        self.about = about
        self.severity = severity
        self.reason = reason.cut(toBytes: 128)
        self.message = message.cut(toBytes: 1_024)
    }
}

/// What names one incarnation of one object of any kind.
package struct ObjectReference: Sendable, Hashable {
    /// The object's `apiVersion`.
    package var apiVersion: String
    /// The object's `kind`.
    package var kind: String
    /// The object's namespace and name.
    package var key: ObjectKey
    /// The object's uid.
    package var uid: String

    /// Creates a reference.
    package init(apiVersion: String, kind: String, key: ObjectKey, uid: String) {
        self.apiVersion = apiVersion
        self.kind = kind
        self.key = key
        self.uid = uid
    }

    /// Refers to an object.
    package init(_ object: Object) {
        self.init(apiVersion: object.apiVersion, kind: object.kind, key: object.key, uid: object.metadata.uid)
    }
}

extension String {
    /// The longest prefix of whole characters that fits.
    func cut(toBytes limit: Int) -> String {
        guard self.utf8.count > limit else { return self }
        var bytes = 0
        return String(
            self.prefix { character in
                bytes += character.utf8.count
                return bytes <= limit
            }
        )
    }
}
