import CCurl

extension EasyHandle {
    /// Sets everything for one transfer.
    ///
    /// - Parameters:
    ///   - transfer: the exchange; the callbacks will feed it.
    ///   - tls: whom to trust.
    ///   - proxy: through which proxy.
    /// - Returns: the first error code, `CURLE_OK` if all went well.
    func prepare(for transfer: Transfer, tls: TLSOptions, proxy: HTTPProxy) -> CURLcode {
        let request = transfer.submission.request
        let target = transfer.submission.target
        let profile = Profile(tls: tls, proxy: proxy, serverAuthority: tls.serverName.map { _ in target.origin })
        self.transfer = transfer
        self.clearDetail()
        var options = OptionWriter(self.pointer)
        if self.profile != profile {
            self.profile = nil
            self.setProfile(profile, target: target, &options)
        }
        options.set(CURLOPT_URL, tls.serverName.map(target.url(withHost:)) ?? request.url)
        options.set(CURLOPT_CONNECTTIMEOUT_MS, request.timeouts.connect.limitMilliseconds)
        // A second request to a new host waits for the first handshake: there may be one HTTP/2 connection for both.
        options.set(CURLOPT_PIPEWAIT, self.allowsHTTP2 && target.scheme == "https" ? 1 : 0)
        self.setMethod(request, &options)
        self.setHeaders(request, host: tls.serverName == nil ? nil : target.authority, &options)
        if options.result == CURLE_OK { self.profile = profile }
        return options.result
    }

    private func setProfile(_ profile: Profile, target: RequestTarget, _ options: inout OptionWriter) {
        curl_easy_reset(self.pointer)
        self.setCallbacks(&options)
        options.set(CURLOPT_ERRORBUFFER, pointer: self.detailBuffer)
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_NOPROGRESS, 1)
        options.check(ccurl_allow_only_http(self.pointer))
        options.check(ccurl_never_wait_for_resolver(self.pointer))
        options.set(CURLOPT_FOLLOWLOCATION, 0)
        options.set(CURLOPT_PATH_AS_IS, 1)
        options.set(CURLOPT_USERAGENT, self.userAgent)
        options.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        options.set(CURLOPT_HTTP_VERSION, self.allowsHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        // Finds out within about a minute that a silent peer is gone, whatever the idle limit.
        options.set(CURLOPT_TCP_KEEPALIVE, 1)
        options.set(CURLOPT_TCP_KEEPIDLE, 30)
        options.set(CURLOPT_TCP_KEEPINTVL, 10)
        self.setProxy(profile.proxy, &options)
        self.setTLS(profile.tls, target: target, &options)
    }

    private func setProxy(_ proxy: HTTPProxy, _ options: inout OptionWriter) {
        switch proxy {
        case .environment: break
        case .none: options.set(CURLOPT_PROXY, "")
        case .server(let url, let bypass):
            options.set(CURLOPT_PROXY, url)
            // An empty list too is stated, for otherwise the environment's applies.
            options.set(CURLOPT_NOPROXY, bypass.joined(separator: ","))
        }
    }

    private func setTLS(_ tls: TLSOptions, target: RequestTarget, _ options: inout OptionWriter) {
        options.set(CURLOPT_SSL_VERIFYPEER, tls.insecureSkipVerify ? 0 : 1)
        options.set(CURLOPT_SSL_VERIFYHOST, tls.insecureSkipVerify ? 0 : 2)
        options.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let authorities = tls.caPEM {
            options.set(CURLOPT_CAINFO_BLOB, blob: authorities)
            // Otherwise the system's directory of certificates would be trusted beside them.
            options.set(CURLOPT_CAPATH, nil)
        }
        if let certificate = tls.clientCertificatePEM { options.set(CURLOPT_SSLCERT_BLOB, blob: certificate) }
        if let key = tls.clientKeyPEM { options.set(CURLOPT_SSLKEY_BLOB, blob: key) }
        curl_slist_free_all(self.connectList)
        self.connectList = nil
        if tls.serverName != nil {
            // The URL names the server, this the address: "any host, any port: go there".
            self.connectList = curl_slist_append(nil, "::\(target.host):\(target.port.map(String.init) ?? "")")
            options.check(ccurl_set_list(self.pointer, CURLOPT_CONNECT_TO, self.connectList))
        }
    }

    private func setMethod(_ request: HTTPRequest, _ options: inout OptionWriter) {
        // Also undoes what an earlier request on this handle has set for another method.
        options.set(CURLOPT_HTTPGET, 1)
        options.set(CURLOPT_FRESH_CONNECT, 0)
        switch request.method {
        case .get where request.body == nil:
            options.set(CURLOPT_CUSTOMREQUEST, nil)
        case .delete where request.body == nil:
            options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case .head:
            options.set(CURLOPT_CUSTOMREQUEST, nil)
            options.set(CURLOPT_NOBODY, 1)
        case .get, .post, .put, .patch, .delete:
            self.setBody(request.body ?? [], of: request.method, &options)
            options.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
    }

    /// Gives libcurl the body, in a way that keeps it from sending a request twice that must not be.
    ///
    /// When a kept-alive connection turns out to be dead, libcurl sends the request again by itself. It cannot if the
    /// body came from a callback that does not rewind, and need not if the connection is new.
    private func setBody(_ body: [UInt8], of method: HTTPMethod, _ options: inout OptionWriter) {
        if method.isIdempotent {
            options.check(ccurl_set_offset(self.pointer, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count)))
            body.withUnsafeBytes { bytes in
                // Of an empty array there may be no address, and none would mean "from the callback".
                let result =
                    bytes.isEmpty
                    ? ccurl_set_bytes(self.pointer, CURLOPT_COPYPOSTFIELDS, "")
                    : ccurl_set_bytes(self.pointer, CURLOPT_COPYPOSTFIELDS, bytes.baseAddress)
                options.check(result)
            }
        } else {
            options.check(ccurl_set_bytes(self.pointer, CURLOPT_POSTFIELDS, nil))
            options.check(ccurl_set_offset(self.pointer, CURLOPT_POSTFIELDSIZE_LARGE, Int64(body.count)))
            options.set(CURLOPT_POST, 1)
            options.set(CURLOPT_FRESH_CONNECT, body.isEmpty ? 1 : 0)
        }
    }

    private func setHeaders(_ request: HTTPRequest, host: String?, _ options: inout OptionWriter) {
        // libcurl would wait a second for leave to send a large body.
        self.addHeader("Expect:", &options)
        if request.headers["Content-Type"] == nil { self.addHeader("Content-Type:", &options) }
        if let host, request.headers["Host"] == nil { self.addHeader("Host: \(host)", &options) }
        if let token = request.bearerToken { self.addHeader("Authorization: Bearer \(token.value)", &options) }
        for field in request.headers.fields {
            // "Name:" would remove a field; a semicolon is libcurl's way to send one without a value.
            self.addHeader(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)", &options)
        }
        options.check(ccurl_set_list(self.pointer, CURLOPT_HTTPHEADER, self.headerList))
    }

    private func addHeader(_ line: String, _ options: inout OptionWriter) {
        guard let list = curl_slist_append(self.headerList, line) else {
            options.check(CURLE_OUT_OF_MEMORY)
            return
        }
        self.headerList = list
    }
}

/// Sets options and remembers the first that failed.
struct OptionWriter {
    private let easy: UnsafeMutableRawPointer
    private(set) var result = CURLE_OK

    init(_ easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    mutating func check(_ code: CURLcode) {
        if self.result == CURLE_OK { self.result = code }
    }

    mutating func set(_ option: CURLoption, _ value: Int) {
        self.check(ccurl_set_long(self.easy, option, value))
    }

    mutating func set(_ option: CURLoption, _ value: String?) {
        self.check(ccurl_set_string(self.easy, option, value))
    }

    mutating func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer) {
        self.check(ccurl_set_pointer(self.easy, option, pointer))
    }

    mutating func set(_ option: CURLoption, blob: [UInt8]) {
        self.check(blob.withUnsafeBytes { ccurl_set_blob(self.easy, option, $0.baseAddress, $0.count) })
    }
}
