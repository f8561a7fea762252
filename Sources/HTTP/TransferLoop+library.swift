import CCurl

extension TransferLoop {
    /// Lets libcurl say which sockets and which time it waits for.
    ///
    /// The loop outlives every call: it cleans the multi handle up before it ends.
    func setCallbacks() {
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = ccurl_multi_set_long(self.multi, CURLMOPT_MAXCONNECTS, max(1, self.configuration.maxIdleConnections))
        _ = ccurl_multi_set_pointer(self.multi, CURLMOPT_SOCKETDATA, context)
        _ = ccurl_multi_set_socket_callback(self.multi) { _, socket, interest, context, _ in
            TransferLoop.from(context)?.watch(socket, interest: interest)
            return 0
        }
        _ = ccurl_multi_set_pointer(self.multi, CURLMOPT_TIMERDATA, context)
        _ = ccurl_multi_set_timer_callback(self.multi) { _, milliseconds, context in
            TransferLoop.from(context)?.setLibraryTimer(milliseconds: milliseconds)
            return 0
        }
    }

    private static func from(_ context: UnsafeMutableRawPointer?) -> TransferLoop? {
        context.map { Unmanaged<TransferLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    private func watch(_ socket: Int32, interest: Int32) {
        if interest == CURL_POLL_REMOVE {
            self.poller.forget(socket)
        } else {
            self.poller.watch(
                socket,
                canRead: interest & CURL_POLL_IN != 0,
                canWrite: interest & CURL_POLL_OUT != 0
            )
        }
    }

    private func setLibraryTimer(milliseconds: Int) {
        self.curlDeadline = milliseconds < 0 ? Int.max : self.clock.now + milliseconds
    }

    /// Calls libcurl if its time has come.
    func serveLibraryTimer() {
        guard self.clock.now >= self.curlDeadline else { return }
        // libcurl sets the next time during the call, if there is one.
        self.curlDeadline = Int.max
        var running: Int32 = 0
        _ = ccurl_multi_time_passed(self.multi, &running)
    }

    /// Lets libcurl work on a socket that has become ready.
    func serve(_ ready: Poller.Ready) {
        // The edge of the inbox only ends the wait.
        guard ready.descriptor != self.inbox.descriptor else { return }
        var readiness: Int32 = 0
        if ready.canRead { readiness |= CURL_CSELECT_IN }
        if ready.canWrite { readiness |= CURL_CSELECT_OUT }
        if ready.hasFailed { readiness |= CURL_CSELECT_ERR }
        var running: Int32 = 0
        curl_multi_socket_action(self.multi, ready.descriptor, readiness, &running)
    }

    /// Ends the transfers that libcurl is done with.
    func collectFinished() {
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(self.multi, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let handle = EasyHandle.from(ccurl_get_private(easy)), let transfer = handle.transfer
            else { continue }
            let result = ccurl_message_result(message)
            self.end(transfer, result == CURLE_OK ? .success(()) : .failure(handle.failure(result, of: transfer)))
        }
    }
}
