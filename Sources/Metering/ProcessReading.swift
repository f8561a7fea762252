import Glibc

/// What `/proc/self/stat` tells.
///
/// Fields are counted behind the command's name, which may itself hold spaces and parentheses. Source: proc(5).
struct ProcessReading: Sendable {
    let cpuSeconds: Double
    let threads: Double
    let startSeconds: Double?
    let virtualBytes: Double
    let residentBytes: Double

    /// A reading of this moment; `nil` where there is no such file.
    static var now: ProcessReading? {
        guard let stat = Self.read("/proc/self/stat") else { return nil }
        return ProcessReading(
            stat: stat,
            bootSeconds: Self.bootSeconds,
            ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
            pageSize: Double(sysconf(Int32(_SC_PAGESIZE)))
        )
    }

    init?(stat: String, bootSeconds: Double?, ticksPerSecond: Double, pageSize: Double) {
        guard let end = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return nil }
        let fields = stat[stat.index(after: end)...].split(whereSeparator: \.isWhitespace).map { Double($0) ?? 0 }
        // The first of these is field 3 of the manual page, the state.
        guard fields.count > 21 else { return nil }
        self.cpuSeconds = (fields[11] + fields[12]) / ticksPerSecond
        self.threads = fields[17]
        self.startSeconds = bootSeconds.map { $0 + fields[19] / ticksPerSecond }
        self.virtualBytes = fields[20]
        self.residentBytes = fields[21] * pageSize
    }

    private static var bootSeconds: Double? {
        let line = Self.read("/proc/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) }
    }

    private static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var part = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(file, &part, part.count)
            guard count > 0 else { break }
            bytes += part[..<count]
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
