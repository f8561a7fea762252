import HTTP
import KubernetesModel

/// Why a request to an API server failed.
package enum KubernetesError: Error, Sendable, Hashable {
    /// The server said no.
    case status(APIStatus)
    /// There was no answer.
    case connection(HTTPError, ServerAddress)
    /// There was an answer that no API server gives.
    case unexpectedAnswer(String)
    /// The token cannot be read.
    case credentials(String)
}

extension KubernetesError: CustomStringConvertible {
    /// What happened and what to do.
    package var description: String {
        switch self {
        case .status(let status) where status.reason == .unauthorized:
            "the API server does not accept the credentials (\(status.message)); choose a current kubeconfig (the one "
                + "that a running `peerage run` wrote last) or another context, or in a Pod look at its service account"
        case .status(let status): status.message
        case .connection(let error, let server) where error.kind == .couldNotConnect:
            server.silence
        case .connection(let error, let server) where error.kind == .tls(.untrusted):
            "the certificate of \(server) is not trusted (\(error.detail)); \(server.trust)"
        case .connection(let error, _): error.message
        case .unexpectedAnswer(let message), .credentials(let message): message
        }
    }

    /// The error as a status, for whoever knows only those.
    package var status: APIStatus {
        switch self {
        // The one sentence for people; a credential that could not be had is another matter.
        case .status(let status) where status.reason == .unauthorized: APIStatus(.unauthorized, self.description)
        case .status(let status): status
        case .connection(let error, _):
            if case .timedOut = error.kind {
                APIStatus(.timeout, self.description)
            } else {
                APIStatus(.serviceUnavailable, self.description)
            }
        case .unexpectedAnswer: APIStatus(.internalError, self.description)
        case .credentials: APIStatus(.unauthorized, self.description)
        }
    }

    /// Whether there was no answer at all.
    package var isUnreachable: Bool {
        if case .connection = self { true } else { false }
    }
}
