import CCurl

/// One of libcurl's transfer handles, reused from request to request; confined to the loop's thread.
final class EasyHandle {
    /// The options that stay from one request to the next unless the next wants others.
    struct Profile: Hashable {
        let tls: TLSOptions
        let proxy: HTTPProxy
        let serverAuthority: String?
    }

    let pointer: UnsafeMutableRawPointer
    /// What the callbacks work on, while a transfer runs.
    var transfer: Transfer?
    let userAgent: String
    let allowsHTTP2: Bool

    var profile: Profile?
    var headerList: UnsafeMutablePointer<curl_slist>?
    var connectList: UnsafeMutablePointer<curl_slist>?
    private let words: UnsafeMutablePointer<CChar>

    /// Opens a handle; `nil` if libcurl has no memory for it.
    init?(userAgent: String, allowsHTTP2: Bool) {
        guard let pointer = curl_easy_init() else { return nil }
        self.pointer = pointer
        self.userAgent = userAgent
        self.allowsHTTP2 = allowsHTTP2
        self.words = .allocate(capacity: Int(CURL_ERROR_SIZE))
        self.words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_easy_cleanup(self.pointer)
        curl_slist_free_all(self.headerList)
        curl_slist_free_all(self.connectList)
        self.words.deallocate()
    }

    /// libcurl's description of the last failure.
    var detail: String {
        let words = String(cString: self.words)
        // It quotes a proxy's URL that it cannot use, password and all.
        return words.hasPrefix("Unsupported proxy") ? "the proxy's URL cannot be used" : words
    }

    /// Where libcurl writes that description.
    var detailBuffer: UnsafeMutableRawPointer { UnsafeMutableRawPointer(self.words) }

    /// Forgets the last failure's description.
    func clearDetail() {
        self.words.pointee = 0
    }

    /// Whether the connection stood and the request, or a part of it, has been written to it.
    var hasSentRequest: Bool {
        self.isConnected && ccurl_get_long(self.pointer, CURLINFO_REQUEST_SIZE) > 0
    }

    /// Whether the connection stands, TLS and a proxy's tunnel included.
    var isConnected: Bool { ccurl_get_offset(self.pointer, CURLINFO_PRETRANSFER_TIME_T) > 0 }

    /// Goes on with a paused transfer.
    func resume() {
        curl_easy_pause(self.pointer, CURLPAUSE_CONT)
    }

    /// Lets go of the finished transfer and of what was set for it alone.
    func recycle() {
        if self.transfer?.submission.request.body != nil {
            _ = ccurl_set_bytes(self.pointer, CURLOPT_COPYPOSTFIELDS, nil)
        }
        _ = ccurl_set_list(self.pointer, CURLOPT_HTTPHEADER, nil)
        curl_slist_free_all(self.headerList)
        self.headerList = nil
        self.transfer = nil
    }
}
