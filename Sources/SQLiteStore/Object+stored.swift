import JSON
import KubernetesModel

extension Object {
    /// How deep a stored object may be nested; above the limit of what is let in, so that all that is in comes out.
    static let maximumStoredDepth = 256

    /// Reads an object as the database holds it.
    ///
    /// - Parameter bytes: The JSON.
    /// - Throws: `InternalError` when the bytes are damaged.
    init(stored bytes: [UInt8]) throws(APIStatus) {
        do {
            self.init(try JSONValue(parsing: bytes, maximumDepth: Self.maximumStoredDepth))
        } catch {
            throw APIStatus(
                .internalError,
                "an object in the store is damaged (\(error)): stop the process and restore the file from a backup"
            )
        }
    }
}
