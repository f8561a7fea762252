public import Foundation
import Glibc

/// Reading what another program says, past signals: `availableData` and `readDataToEndOfFile` trap when one
/// arrives during the system call, and a test process gets one for every child that ends.
extension FileHandle {
    /// Waits for the next bytes.
    ///
    /// - Returns: The bytes; none at the end, or when the descriptor cannot be read.
    public func next() -> Data {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(self.fileDescriptor, &buffer, buffer.count)
            if count >= 0 { return Data(buffer[..<count]) }
            if errno != EINTR { return Data() }
        }
    }

    /// Waits for the end.
    ///
    /// - Returns: All that was still to be read.
    public func rest() -> Data {
        var all = Data()
        while case let more = self.next(), !more.isEmpty { all.append(more) }
        return all
    }
}
