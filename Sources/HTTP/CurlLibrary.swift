import CCurl

/// The one-time set-up of libcurl for the process.
enum CurlLibrary {
    /// Whether libcurl can be used; the first to ask sets it up, all others wait for that.
    static let isReady = ccurl_global_init() == CURLE_OK
}
