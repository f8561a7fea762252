#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where text goes: a screen with a width and colours, or a pipe or file with neither.
///
/// *Guarantees:* all of a text is written or the program ends; a reader that went away, as in `| head -1`, ends it
/// quietly.
package struct Terminal: Sendable {
    /// How wide the screen is; `nil` when nobody looks at it, and then nothing is ever cut.
    package let width: Int?
    /// How many lines the screen has; `nil` when nobody looks at it.
    package let height: Int?
    /// Whether colours may be used.
    package let hasColours: Bool
    private let descriptor: Int32

    /// What the program answers.
    package static let output = Terminal(descriptor: STDOUT_FILENO)
    /// What the program says about it.
    package static let messages = Terminal(descriptor: STDERR_FILENO)

    /// What the program answers, measured anew: a screen may have become another size.
    package static var current: Terminal { Terminal(descriptor: STDOUT_FILENO) }

    /// The status that a shell shows for a program ended by `SIGPIPE`.
    private static let brokenPipeStatus: Int32 = 128 + SIGPIPE

    private init(descriptor: Int32) {
        self.descriptor = descriptor
        guard isatty(descriptor) == 1 else {
            self.width = nil
            self.height = nil
            self.hasColours = false
            return
        }
        var size = winsize()
        let isKnown = ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
        self.width = isKnown ? Int(size.ws_col) : 80
        self.height = isKnown && size.ws_row > 0 ? Int(size.ws_row) : 24
        self.hasColours = Self.allowsColours(noColor: Self.variable("NO_COLOR"), term: Self.variable("TERM"))
    }

    /// Whether somebody looks at the text.
    package var isScreen: Bool { self.width != nil }

    /// What gives text its colours here.
    package var paint: Paint { Paint(isOn: self.hasColours) }

    /// Whether the environment allows colours: `NO_COLOR` set to anything forbids them (https://no-color.org).
    static func allowsColours(noColor: String?, term: String?) -> Bool {
        (noColor ?? "").isEmpty && term != "dumb"
    }

    /// Writes text as it is.
    package func write(_ text: String) {
        var text = text
        let error = text.withUTF8 { Self.writeAll(UnsafeRawBufferPointer($0), to: self.descriptor) }
        guard let error else { return }
        if error == EPIPE { _exit(Self.brokenPipeStatus) }
        if self.descriptor == STDOUT_FILENO {
            Self.messages.write("peerage: cannot write to the standard output: \(String(cString: strerror(error)))\n")
        }
        _exit(Verdict.couldNotTell.rawValue)
    }

    /// Writes lines.
    package func write(lines: [String]) {
        if !lines.isEmpty { self.write(lines.joined(separator: "\n") + "\n") }
    }

    /// Puts lines in place of all that is on the screen, as many as fit, without flicker.
    package func redraw(_ lines: [String]) {
        var shown = lines
        if let height = self.height, lines.count >= height {
            shown = lines.prefix(height - 2) + ["… \((lines.count - height + 2).of("more line"))"]
        }
        // Each line is cleared behind its end, and the screen below the last (ECMA-48 EL and ED).
        self.write("\u{1B}[H" + shown.map { "\($0)\u{1B}[K\n" }.joined() + "\u{1B}[J")
    }

    /// Writes a line.
    package func writeLine(_ line: String) { self.write(line + "\n") }

    /// Makes a reader that went away an error of `write`, and not the end of the program in the middle of something.
    package static func ignoreBrokenPipes() { signal(SIGPIPE, SIG_IGN) }

    private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// Writes all bytes and gives the error that stopped it.
    private static func writeAll(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32? {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = systemWrite(descriptor, UnsafeRawBufferPointer(rebasing: rest))
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                poll(&ready, 1, -1)
            } else if errno != EINTR {
                return errno
            }
        }
        return nil
    }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    write(descriptor, bytes.baseAddress, bytes.count)
}
