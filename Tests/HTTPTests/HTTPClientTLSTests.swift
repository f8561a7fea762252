import Testing

@testable import HTTP

@Suite("HTTPClient over TLS", .enabled(if: OpenSSL.isAvailable))
struct HTTPClientTLSTests {
    private func withTLSServer(
        subjects: String = "IP:127.0.0.1",
        arguments: (OpenSSL.Credentials) -> [String] = { _ in [] },
        body: (String, OpenSSL.Credentials, HTTPClient) async throws -> Void
    ) async throws {
        let credentials = try OpenSSL.makeCredentials(subjects: subjects)
        defer { OpenSSL.remove(credentials) }
        let server = try OpenSSL.serve(credentials, arguments: arguments(credentials))
        let client = HTTPClient(configuration: .test())
        try await body("https://127.0.0.1:\(server.port)/", credentials, client)
        withExtendedLifetime(server) {}
    }

    @Test("a certificate is accepted by the CA given from memory, and by nothing else")
    func ownCA() async throws {
        try await withTLSServer { url, credentials, client in
            let trusted = HTTPRequest(.get, url, tls: TLSOptions(caPEM: credentials.ca))
            let answer = try await client.send(trusted)
            #expect(answer.status == 200)
            #expect(answer.version == .oneZero)
            // The connection made for one trust must not be used for another.
            let error = try await failure { try await client.send(HTTPRequest(.get, url)) }
            #expect(error.kind == .tls(.untrusted))
            #expect(!error.mayHaveReachedServer)
            #expect(!error.isRetryable)
            #expect(try await client.send(trusted).status == 200)
        }
    }

    @Test("verification can be switched off")
    func insecure() async throws {
        try await withTLSServer { url, _, client in
            let request = HTTPRequest(.get, url, tls: TLSOptions(insecureSkipVerify: true))
            let answer = try await client.send(request)
            #expect(answer.status == 200)
        }
    }

    @Test("a certificate for another name is accepted only if that name is asked for")
    func serverName() async throws {
        try await withTLSServer(subjects: "DNS:peer.test") { url, credentials, client in
            let request = HTTPRequest(.get, url, tls: TLSOptions(caPEM: credentials.ca))
            let error = try await failure { try await client.send(request) }
            #expect(error.kind == .tls(.untrusted))
            let named = HTTPRequest(.get, url, tls: TLSOptions(caPEM: credentials.ca, serverName: "peer.test"))
            for _ in 0..<2 { #expect(try await client.send(named).status == 200) }
        }
    }

    @Test("a client certificate from memory is presented")
    func clientCertificate() async throws {
        let verify = { (credentials: OpenSSL.Credentials) in
            ["-Verify", "1", "-verify_return_error", "-CAfile", "\(credentials.directory)/ca.crt"]
        }
        try await withTLSServer(arguments: verify) { url, credentials, client in
            let known = TLSOptions(
                caPEM: credentials.ca,
                clientCertificatePEM: credentials.clientCertificate,
                clientKeyPEM: credentials.clientKey
            )
            let answer = try await client.send(HTTPRequest(.get, url, tls: known))
            #expect(answer.status == 200)
            let unknown = HTTPRequest(.get, url, tls: TLSOptions(caPEM: credentials.ca))
            _ = try await failure { try await client.send(unknown) }
        }
    }

    @Test("PEM that cannot be read is named, and is not worth a retry")
    func badPEM() async throws {
        try await withTLSServer { url, credentials, client in
            let noise = Array("not PEM".utf8)
            let badCA = HTTPRequest(.get, url, tls: TLSOptions(caPEM: noise))
            let first = try await failure { try await client.send(badCA) }
            #expect(first.kind == .tls(.badCA))
            #expect(!first.isRetryable)
            let badKey = TLSOptions(
                caPEM: credentials.ca,
                clientCertificatePEM: credentials.clientCertificate,
                clientKeyPEM: noise
            )
            let second = try await failure { try await client.send(HTTPRequest(.get, url, tls: badKey)) }
            #expect(second.kind == .tls(.badClientCertificate))
        }
    }

    @Test("https to a port that speaks http fails in the handshake")
    func plainPort() async throws {
        try await withServer { connection in
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            connection.readUntilClosed()
        } body: { server, client in
            let url = "https://127.0.0.1:\(server.port)/"
            let error = try await failure { try await client.send(HTTPRequest(.get, url)) }
            #expect(error.kind == .tls(.handshake))
            #expect(!error.mayHaveReachedServer)
        }
    }

    @Test("options are printed without keys")
    func description() {
        let options = TLSOptions(caPEM: [1], clientCertificatePEM: [2], clientKeyPEM: Array("s3cret".utf8))
        var dumped = "\(options)"
        dump(options, to: &dumped)
        #expect(dumped.contains("TLS(trusts: own CA, identity: client certificate, serverName: from the URL)"))
        #expect(!dumped.contains("115"))
    }
}
