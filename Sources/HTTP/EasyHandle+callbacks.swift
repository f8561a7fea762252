import CCurl

extension EasyHandle {
    /// Routes libcurl's callbacks to the running transfer.
    ///
    /// The handle outlives every call: the loop holds it for as long as libcurl may call back.
    func setCallbacks(_ options: inout OptionWriter) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.check(ccurl_set_callback(self.pointer, CURLOPT_HEADERFUNCTION, Self.onHeadLine))
        options.set(CURLOPT_HEADERDATA, pointer: context)
        options.check(ccurl_set_callback(self.pointer, CURLOPT_WRITEFUNCTION, Self.onBody))
        options.set(CURLOPT_WRITEDATA, pointer: context)
        options.check(ccurl_set_callback(self.pointer, CURLOPT_READFUNCTION, Self.onBodyWanted))
        options.set(CURLOPT_READDATA, pointer: context)
        options.set(CURLOPT_PRIVATE, pointer: context)
    }

    /// The handle that a callback or a message speaks of.
    static func from(_ context: UnsafeMutableRawPointer?) -> EasyHandle? {
        context.map { Unmanaged<EasyHandle>.fromOpaque($0).takeUnretainedValue() }
    }

    private typealias Callback =
        @convention(c) (UnsafeMutablePointer<CChar>?, Int, Int, UnsafeMutableRawPointer?) -> Int

    /// Any count but the given one makes libcurl stop; the count of nothing is 0, so stopping needs another.
    private static func stop(insteadOf count: Int) -> Int { count == 0 ? 1 : 0 }

    private static let onHeadLine: Callback = { bytes, size, count, context in
        let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
        guard let transfer = EasyHandle.from(context)?.transfer, transfer.receiveHeadLine(line) else {
            return EasyHandle.stop(insteadOf: line.count)
        }
        return line.count
    }

    private static let onBody: Callback = { bytes, size, count, context in
        let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
        guard let handle = EasyHandle.from(context), let transfer = handle.transfer else {
            return EasyHandle.stop(insteadOf: piece.count)
        }
        switch transfer.receiveBody(piece, announced: handle.announcedLength) {
        case .taken: return piece.count
        case .pause: return Int(CURL_WRITEFUNC_PAUSE)
        case .stop: return EasyHandle.stop(insteadOf: piece.count)
        }
    }

    private static let onBodyWanted: Callback = { bytes, size, count, context in
        let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
        return EasyHandle.from(context)?.transfer?.provideBody(into: buffer) ?? Int(CURL_READFUNC_ABORT)
    }

    private var announcedLength: Int {
        Int(clamping: ccurl_get_offset(self.pointer, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T))
    }
}
