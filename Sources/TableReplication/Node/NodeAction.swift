/// Everything that a node can want from its driver, to be done in the order given.
package enum NodeAction: Sendable {
    /// Connect to `ws://address/<app>` (`wss` when secure); answered by `opened` or `closed`.
    case dial(LinkID, PeerAddress, app: String)
    /// From now on the link's frames and messages are cut and limited like this; until then it is `LinkPolicy.foreign`.
    case policy(LinkID, LinkPolicy)
    /// Send a message as text, cut into frames as the link's policy says. Nothing is to be awaited; flow is governed by
    /// `writable`.
    case send(LinkID, [UInt8])
    /// Stop reading from the link's socket (`false`), or go on: the other side sends faster than the store takes.
    case reading(LinkID, Bool)
    /// Send what is pending, then a close frame. The node does not know the link any more; `closed` may follow or not.
    case close(LinkID, LinkCloseReason)

    /// Find the checkpoint of a session; answered by `checkpointLoaded`.
    case loadCheckpoint(SessionID, CheckpointKey)
    /// Read the log; answered by `read`.
    case read(ReadRequest)
    /// Read documents; answered by `fetched`.
    case fetch(FetchRequest)
    /// Apply rows; answered by `applied` as soon as they are visible, durable or not.
    case apply(ApplyRequest)
    /// Write a foreign client's edit; answered by `edited`.
    case edit(EditRequest)

    /// Somebody was refused who wanted an app that is not replicated here; the name is theirs, cut to a few characters.
    case strangeLogin(address: String, app: String)
    /// Give the input `timer` at this time of the steady clock; replaces an earlier wish.
    case wake(at: Duration)
    /// `status(of:)` has something new for this app.
    case statusChanged(app: String)
}
