/// Who is told what happens on sockets; always on the event loop that they live on.
package protocol SocketOwner: AnyObject {
    /// A socket stands, accepted or dialled.
    func opened(_ socket: PeerSocket)
    /// A whole message came.
    func received(_ message: [UInt8], on socket: PeerSocket)
    /// A socket that was full takes more.
    func drained(_ socket: PeerSocket)
    /// A socket is gone; told once, and nothing of it after that.
    func closed(_ socket: PeerSocket, _ reason: SocketClose)
    /// A dial came to nothing.
    func dialFailed(_ attempt: Int, _ reason: String)
}
