import Glibc

/// Lines for the person or program that called.
enum StandardOutput {
    /// Writes a line.
    static func write(_ line: String) { writeLine(line, to: STDOUT_FILENO) }
}

/// Lines for whoever looks after the program.
enum StandardError {
    /// Writes a line.
    static func write(_ line: String) { writeLine(line, to: STDERR_FILENO) }
}

/// One write a line, so that lines of several threads do not mix.
private func writeLine(_ line: String, to descriptor: Int32) {
    let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
    _ = Glibc.write(descriptor, bytes, bytes.count)
}
