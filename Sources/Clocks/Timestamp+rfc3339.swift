extension Timestamp {
    /// The instant after which RFC 3339 has no more years: 9999-12-31T23:59:59.999999Z.
    private static let lastPrintable: Int64 = 253_402_300_799_999_999
    /// The first instant of year 0, before which RFC 3339 has no years.
    private static let firstPrintable: Int64 = -62_167_219_200_000_000

    /// `2026-11-21T00:00:00Z`: how Kubernetes writes `metav1.Time`; fractions are cut off.
    package var rfc3339: String { self.print(fraction: false) }

    /// `2026-11-21T00:00:00.000000Z`: how Kubernetes writes `metav1.MicroTime`.
    package var rfc3339Micro: String { self.print(fraction: true) }

    /// Reads a date and time of RFC 3339, section 5.6, with any offset and any number of fraction digits.
    ///
    /// Digits beyond microseconds are cut off. A leap second (`:60`) reads as the second after it. Anything else than
    /// a valid date and time gives `nil`.
    ///
    /// - Parameter text: Such as `2026-11-21T01:30:00.25+01:30`.
    package init?(rfc3339 text: String) {
        var reader = DigitReader(Array(text.utf8))
        guard let year = reader.number(digits: 4), reader.skip(UInt8(ascii: "-")),
            let month = reader.number(digits: 2), reader.skip(UInt8(ascii: "-")),
            let day = reader.number(digits: 2), reader.skip(UInt8(ascii: "T"), UInt8(ascii: "t")),
            let hour = reader.number(digits: 2), reader.skip(UInt8(ascii: ":")),
            let minute = reader.number(digits: 2), reader.skip(UInt8(ascii: ":")),
            let second = reader.number(digits: 2)
        else { return nil }
        guard let date = CivilDate(year: year, month: month, day: day), hour < 24, minute < 60, second <= 60 else {
            return nil
        }
        var fraction: Int64 = 0
        if reader.skip(UInt8(ascii: ".")) {
            guard let digits = reader.fraction(digits: 6) else { return nil }
            fraction = digits
        }
        guard let offset = reader.offset(), reader.isAtEnd else { return nil }
        let seconds = date.daysSinceEpoch * 86_400 + hour * 3_600 + minute * 60 + second - offset
        self.init(microseconds: seconds * 1_000_000 + fraction)
    }

    private func print(fraction: Bool) -> String {
        let clamped = min(max(self.microseconds, Self.firstPrintable), Self.lastPrintable)
        let (seconds, micros) = clamped.dividedFloor(by: 1_000_000)
        let (days, time) = seconds.dividedFloor(by: 86_400)
        let date = CivilDate(daysSinceEpoch: days)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        bytes.append(date.year, digits: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(date.month, digits: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.append(date.day, digits: 2)
        bytes.append(UInt8(ascii: "T"))
        bytes.append(time / 3_600, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(time / 60 % 60, digits: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(time % 60, digits: 2)
        if fraction {
            bytes.append(UInt8(ascii: "."))
            bytes.append(micros, digits: 6)
        }
        bytes.append(UInt8(ascii: "Z"))
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Reads fixed groups of digits; never past the end.
private struct DigitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { self.position == self.bytes.count }

    mutating func skip(_ accepted: UInt8...) -> Bool {
        guard self.position < self.bytes.count, accepted.contains(self.bytes[self.position]) else { return false }
        self.position += 1
        return true
    }

    mutating func digit() -> Int64? {
        guard self.position < self.bytes.count else { return nil }
        let byte = self.bytes[self.position]
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
        self.position += 1
        return Int64(byte - UInt8(ascii: "0"))
    }

    mutating func number(digits: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<digits {
            guard let digit = self.digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// One or more digits; those after the first `digits` are read and dropped.
    mutating func fraction(digits: Int) -> Int64? {
        guard var value = self.digit() else { return nil }
        var count = 1
        while let digit = self.digit() {
            if count < digits { value = value * 10 + digit }
            count += 1
        }
        while count < digits {
            value *= 10
            count += 1
        }
        return value
    }

    /// `Z` or `±hh:mm`, in seconds east of UTC.
    mutating func offset() -> Int64? {
        if self.skip(UInt8(ascii: "Z"), UInt8(ascii: "z")) { return 0 }
        let isWest = self.skip(UInt8(ascii: "-"))
        guard isWest || self.skip(UInt8(ascii: "+")), let hour = self.number(digits: 2), self.skip(UInt8(ascii: ":")),
            let minute = self.number(digits: 2), hour < 24, minute < 60
        else { return nil }
        return (hour * 3_600 + minute * 60) * (isWest ? -1 : 1)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ number: Int64, digits: Int) {
        var divisor: Int64 = 1
        for _ in 1..<digits { divisor *= 10 }
        while divisor > 0 {
            self.append(UInt8(ascii: "0") + UInt8(number / divisor % 10))
            divisor /= 10
        }
    }
}
