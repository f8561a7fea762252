/// A certificate for `localhost` that signs itself, made for these tests with
/// `openssl req -x509 -newkey ec -nodes -days 36500 -addext subjectAltName=DNS:localhost,IP:127.0.0.1`.
public enum TestCertificate {
    /// The certificate, in PEM.
    public static let certificate = Array(
        """
        -----BEGIN CERTIFICATE-----
        MIIBnDCCAUGgAwIBAgIUIRHHTbPxMb9AEXh6hRd/wsdl43gwCgYIKoZIzj0EAwIw
        FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTA3MTQwOVoYDzIxMjYxMDI4
        MDcxNDA5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
        PQMBBwNCAARxQ9Kl8BOqgeFXeLshDc/GcU37NZvu20H+YYeW67o4aUEMeaakmtZd
        lykDwUmyMMRBfmZVWlbB/OcJ7XMVQYzOo28wbTAdBgNVHQ4EFgQU3A0hLooiYksv
        w2hWWolImHBy5i0wHwYDVR0jBBgwFoAU3A0hLooiYksvw2hWWolImHBy5i0wDwYD
        VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
        zj0EAwIDSQAwRgIhAOoye0Hjc//mnLvJ1Mfh9j6Ao95eHfyHKGUAFOul0cR5AiEA
        q8kr3KNbqkqUqBPnwEkQqlx/yhGQmUwsqLPEexnqEYQ=
        -----END CERTIFICATE-----
        """.utf8
    )
    /// Its key, in PEM.
    public static let key = Array(
        """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgSs+uLGCKFpl4xyuu
        lJ6Drc0T60sfWMbO71R84KSgcxmhRANCAARxQ9Kl8BOqgeFXeLshDc/GcU37NZvu
        20H+YYeW67o4aUEMeaakmtZdlykDwUmyMMRBfmZVWlbB/OcJ7XMVQYzO
        -----END PRIVATE KEY-----
        """.utf8
    )
}
