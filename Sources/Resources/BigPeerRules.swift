import JSON
import KubernetesModel

/// The rules about Big Peers that no schema can say.
enum BigPeerRules {
    static func problems(in new: JSONValue, since old: JSONValue?) -> [FieldProblem] {
        self.formProblems(in: new, since: old)
            + self.urlProblems(in: new, at: ["spec", "endpoint", "url"])
            + self.urlProblems(in: new, at: ["spec", "endpoint", "dataURL"])
            + self.endpointProblems(in: new)
            + ListenRules.problems(in: new)
            + UnusedFields.problems(in: new, of: .bigPeer)
    }

    /// Exactly one form, and always the same.
    private static func formProblems(in new: JSONValue, since old: JSONValue?) -> [FieldProblem] {
        guard let spec = new[["spec"]], spec.object != nil else { return [] }
        let isEndpoint = spec[["endpoint"]] != nil
        let isEmbedded = spec[["embedded"]] != nil
        if isEndpoint == isEmbedded {
            let message = isEndpoint ? "stands beside endpoint" : "has neither endpoint nor embedded"
            return [
                FieldProblem(
                    isEndpoint ? .forbidden : .required,
                    at: isEndpoint ? .spec("embedded") : .spec(),
                    message,
                    expected: "exactly one of endpoint and embedded",
                    part: .key
                )
            ]
        }
        guard let before = old?[["spec"]], before.object != nil, (before[["endpoint"]] != nil) != isEndpoint else {
            return []
        }
        let change = isEndpoint ? "an embedded peer cannot become an endpoint" : "an endpoint cannot become embedded"
        return [
            FieldProblem(
                .immutable,
                at: isEndpoint ? .spec("endpoint") : .spec("embedded"),
                "\(change); delete the object and create it anew instead",
                part: .key
            )
        ]
    }

    /// Plain HTTP only within this machine.
    private static func urlProblems(in object: JSONValue, at path: [String]) -> [FieldProblem] {
        guard let text = object[path]?.string, let url = EndpointURL(text), !url.isSecure, !url.isLoopback else {
            return []
        }
        return [
            .warning(
                .discouraged,
                at: FieldPath(path.map { .key($0) }),
                "sends requests, and any token with them, unencrypted to \(url.host); use https://"
            )
        ]
    }

    private static func endpointProblems(in object: JSONValue) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let endpoint = object[["spec", "endpoint"]]
        if endpoint?[["auth", "tokenSecretRef"]] != nil, endpoint?[["auth", "tokenFile"]] != nil {
            problems.append(
                FieldProblem(
                    .forbidden,
                    at: .spec("endpoint", "auth", "tokenFile"),
                    "stands beside tokenSecretRef",
                    expected: "at most one of tokenSecretRef and tokenFile",
                    part: .key
                )
            )
        }
        if endpoint?[["auth", "tokenFile"]] != nil {
            problems.append(
                .warning(
                    .discouraged,
                    at: .spec("endpoint", "auth", "tokenFile"),
                    "is a file of whichever machine sends the requests; a controller in a cluster refuses it unless it "
                        + "runs with --allow-token-files, so use tokenSecretRef there"
                )
            )
        }
        if endpoint?[["tls", "insecureSkipVerify"]]?.bool == true {
            problems.append(
                .warning(
                    .discouraged,
                    at: .spec("endpoint", "tls", "insecureSkipVerify"),
                    "lets anybody on the way pose as the Big Peer; name the authority in caSecretRef instead"
                )
            )
        }
        if endpoint?[["tls"]] != nil, let url = endpoint?["url"]?.string.flatMap(EndpointURL.init), !url.isSecure {
            problems.append(
                .warning(.discouraged, at: .spec("endpoint", "tls"), "has no effect: url starts with http://")
            )
        }
        return problems
    }
}
