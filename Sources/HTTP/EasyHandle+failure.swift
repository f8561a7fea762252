import CCurl

extension EasyHandle {
    /// The error for a transfer that libcurl ended with an error code.
    func failure(_ code: CURLcode, of transfer: Transfer) -> HTTPError {
        transfer.error(
            self.failureKind(code, of: transfer),
            detail: self.detail,
            mayHaveReachedServer: self.hasSentRequest
        )
    }

    /// The meaning of an error code for the running transfer.
    ///
    /// The codes are those of libcurl-errors(3).
    func failureKind(_ code: CURLcode, of transfer: Transfer) -> HTTPError.Kind {
        if let refusal = transfer.refusal { return refusal }
        switch code {
        case CURLE_URL_MALFORMAT: return .badURL(reason: "libcurl cannot parse it")
        case CURLE_COULDNT_RESOLVE_HOST: return .couldNotResolve(host: transfer.submission.target.host)
        case CURLE_COULDNT_RESOLVE_PROXY: return .couldNotResolve(host: "the proxy's host")
        case CURLE_COULDNT_CONNECT, CURLE_PROXY: return .couldNotConnect
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS:
            return .tls(.untrusted)
        case CURLE_SSL_CERTPROBLEM, CURLE_SSL_CLIENTCERT: return .tls(.badClientCertificate)
        case CURLE_SSL_CACERT_BADFILE: return .tls(.badCA)
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .tls(.handshake)
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(self.phase(of: transfer))
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: return .badResponse
        case CURLE_GOT_NOTHING, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_PARTIAL_FILE, CURLE_HTTP2,
            CURLE_HTTP2_STREAM, CURLE_SEND_FAIL_REWIND:
            let answer = ccurl_get_long(self.pointer, CURLINFO_HTTP_CONNECTCODE)
            return answer > 0 && !(200...299).contains(answer) ? .proxyRefused(status: answer) : .connectionLost
        default: return .other(code: Int(code.rawValue))
        }
    }

    /// How far a running transfer has come.
    func phase(of transfer: Transfer) -> HTTPError.Phase {
        if transfer.assembler.isHeadComplete { return .receiving }
        return self.isConnected ? .waiting : .connecting
    }
}
