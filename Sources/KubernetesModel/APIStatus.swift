import JSON

/// The `Status` object with which a Kubernetes API answers an error.
///
/// Source: Kubernetes API conventions, "Response Status Kind".
package struct APIStatus: Error, Sendable, Hashable, CustomStringConvertible {
    /// The machine-readable reasons, each with its HTTP code.
    package enum Reason: String, Sendable, Hashable {
        /// 400: the request cannot be understood.
        case badRequest = "BadRequest"
        /// 401: no or wrong credentials.
        case unauthorized = "Unauthorized"
        /// 403: not allowed.
        case forbidden = "Forbidden"
        /// 404: no such object or path.
        case notFound = "NotFound"
        /// 405: not offered here.
        case methodNotAllowed = "MethodNotAllowed"
        /// 409: an object of that name exists.
        case alreadyExists = "AlreadyExists"
        /// 409: the object has changed since it was read.
        case conflict = "Conflict"
        /// 410: the resource version is too old to watch from.
        case expired = "Expired"
        /// 413: the body is over the limit.
        case requestEntityTooLarge = "RequestEntityTooLarge"
        /// 415: a content type that is not read here.
        case unsupportedMediaType = "UnsupportedMediaType"
        /// 422: understood, and wrong.
        case invalid = "Invalid"
        /// 429: come again later.
        case tooManyRequests = "TooManyRequests"
        /// 500: a defect or a broken disk.
        case internalError = "InternalError"
        /// 503: stopping or not started.
        case serviceUnavailable = "ServiceUnavailable"
        /// 504: took too long.
        case timeout = "Timeout"

        /// The HTTP status code.
        package var code: Int {
            switch self {
            case .badRequest: 400
            case .unauthorized: 401
            case .forbidden: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .alreadyExists, .conflict: 409
            case .expired: 410
            case .requestEntityTooLarge: 413
            case .unsupportedMediaType: 415
            case .invalid: 422
            case .tooManyRequests: 429
            case .internalError: 500
            case .serviceUnavailable: 503
            case .timeout: 504
            }
        }
    }

    /// One field that is wrong.
    package struct Cause: Sendable, Hashable {
        /// The sort of offence, such as `FieldValueInvalid`.
        package let reason: String
        /// What is wrong with it.
        package let message: String
        /// The field's path.
        package let field: String

        /// Creates a cause.
        package init(reason: String, message: String, field: String) {
            self.reason = reason
            self.message = message
            self.field = field
        }
    }

    /// Why.
    package let reason: Reason
    /// Why, for a person.
    package let message: String
    /// The object's name, when there is one.
    package let name: String
    /// The object's kind or plural, when there is one.
    package let kind: String
    /// The object's group.
    package let group: String
    /// The fields that are wrong.
    package let causes: [Cause]
    /// How long to wait before another try.
    package let retryAfterSeconds: Int?
    /// Where a list that cannot go on as it began may go on all the same.
    package let continueToken: String?

    /// Creates a status.
    package init(
        _ reason: Reason,
        _ message: String,
        name: String = "",
        kind: String = "",
        group: String = "",
        causes: [Cause] = [],
        retryAfterSeconds: Int? = nil,
        continueToken: String? = nil
    ) {
        self.reason = reason
        self.message = message
        self.name = name
        self.kind = kind
        self.group = group
        self.causes = causes
        self.retryAfterSeconds = retryAfterSeconds
        self.continueToken = continueToken
    }

    /// `bigpeers.peerage.dev "berlin" not found`.
    package static func notFound(_ kind: ResourceKind, _ name: String) -> APIStatus {
        APIStatus(
            .notFound,
            "\(kind.qualifiedPlural) \"\(name)\" not found",
            name: name,
            kind: kind.plural,
            group: kind.group
        )
    }

    /// The object changed between a read and the write that builds on it.
    package static func conflict(_ kind: ResourceKind, _ name: String) -> APIStatus {
        APIStatus(
            .conflict,
            "Operation cannot be fulfilled on \(kind.qualifiedPlural) \"\(name)\": the object has been modified; "
                + "please apply your changes to the latest version and try again",
            name: name,
            kind: kind.plural,
            group: kind.group
        )
    }

    /// `bigpeers.peerage.dev "berlin" already exists`.
    package static func alreadyExists(_ kind: ResourceKind, _ name: String) -> APIStatus {
        APIStatus(
            .alreadyExists,
            "\(kind.qualifiedPlural) \"\(name)\" already exists",
            name: name,
            kind: kind.plural,
            group: kind.group
        )
    }

    /// The message.
    package var description: String { self.message }
}

extension ResourceKind {
    /// `bigpeers.peerage.dev`, or the plural alone in the core group.
    package var qualifiedPlural: String { self.group.isEmpty ? self.plural : "\(self.plural).\(self.group)" }
}

extension APIStatus {
    /// The status as the JSON that goes over the wire.
    package var json: JSONValue {
        var details = JSONObject()
        details["name"] = self.name.isEmpty ? nil : .string(self.name)
        details["kind"] = self.kind.isEmpty ? nil : .string(self.kind)
        details["group"] = self.group.isEmpty ? nil : .string(self.group)
        details["retryAfterSeconds"] = self.retryAfterSeconds.map { .integer(Int64($0)) }
        if !self.causes.isEmpty {
            details["causes"] = .array(
                self.causes.map {
                    ["reason": .string($0.reason), "message": .string($0.message), "field": .string($0.field)]
                }
            )
        }
        var object: JSONObject = [
            "apiVersion": "v1",
            "kind": "Status",
            "metadata": self.continueToken.map { ["continue": .string($0)] } ?? [:],
            "status": "Failure",
            "message": .string(self.message),
            "reason": .string(self.reason.rawValue),
            "code": .integer(Int64(self.reason.code)),
        ]
        if !details.isEmpty { object["details"] = .object(details) }
        return .object(object)
    }

    /// Reads a status that a server sent.
    ///
    /// - Parameters:
    ///   - json: The body, if it was JSON.
    ///   - code: The HTTP status code, which decides when the body says nothing.
    package init(_ json: JSONValue?, code: Int) {
        let details = json?["details"]
        self.init(
            json?["reason"]?.string.flatMap(Reason.init(rawValue:)) ?? Reason(code: code),
            json?["message"]?.string ?? "the API server answered \(code)",
            name: details?["name"]?.string ?? "",
            kind: details?["kind"]?.string ?? "",
            group: details?["group"]?.string ?? "",
            causes: (details?["causes"]?.array ?? []).map {
                Cause(
                    reason: $0["reason"]?.string ?? "",
                    message: $0["message"]?.string ?? "",
                    field: $0["field"]?.string ?? ""
                )
            },
            retryAfterSeconds: details?["retryAfterSeconds"]?.integer.flatMap { Int(exactly: $0) },
            continueToken: json?["metadata"]?["continue"]?.string
        )
    }
}

extension APIStatus.Reason {
    fileprivate init(code: Int) {
        switch code {
        case 400: self = .badRequest
        case 401: self = .unauthorized
        case 403: self = .forbidden
        case 404: self = .notFound
        case 405: self = .methodNotAllowed
        case 409: self = .conflict
        case 410: self = .expired
        case 413: self = .requestEntityTooLarge
        case 415: self = .unsupportedMediaType
        case 422: self = .invalid
        case 429: self = .tooManyRequests
        case 503: self = .serviceUnavailable
        case 504: self = .timeout
        default: self = .internalError
        }
    }
}
