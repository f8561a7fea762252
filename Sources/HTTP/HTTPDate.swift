/// A moment written in one of the three formats that RFC 9110 §5.6.7 obliges a recipient to accept.
///
/// ```text
/// Sun, 06 Nov 1994 08:49:37 GMT    IMF-fixdate
/// Sunday, 06-Nov-94 08:49:37 GMT   RFC 850
/// Sun Nov  6 08:49:37 1994         asctime
/// ```
package struct HTTPDate: Sendable, Hashable {
    /// Seconds since 1970-01-01T00:00:00Z.
    package let unixSeconds: Int

    /// Reads a date; the name of the weekday is not checked.
    package init?(parsing text: String) {
        let words = text.split(separator: " ").map(String.init)
        let parts: (day: String, month: String, year: String, time: String)
        switch words.count {
        case 6 where words[0].hasSuffix(",") && words[5] == "GMT":
            parts = (words[1], words[2], words[3], words[4])
        case 5:
            parts = (words[2], words[1], words[4], words[3])
        case 4 where words[0].hasSuffix(",") && words[3] == "GMT":
            let date = words[1].split(separator: "-", omittingEmptySubsequences: false).map(String.init)
            guard date.count == 3 else { return nil }
            parts = (date[0], date[1], date[2], words[2])
        default:
            return nil
        }
        guard let day = Self.number(parts.day, in: 1...31), let month = Self.months.firstIndex(of: parts.month),
            let year = Self.year(parts.year), let secondOfDay = Self.secondOfDay(parts.time)
        else { return nil }
        self.unixSeconds = Self.days(year: year, month: month + 1, day: day) * 86_400 + secondOfDay
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private static func number(_ text: String, in range: ClosedRange<Int>) -> Int? {
        guard text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let value = Int(text),
            range.contains(value)
        else { return nil }
        return value
    }

    private static func year(_ text: String) -> Int? {
        guard let year = Self.number(text, in: 0...9_999) else { return nil }
        // Two digits leave the century open; HTTP is younger than 1970, so 70…99 lie in the last one.
        return text.utf8.count == 2 ? (year < 70 ? 2_000 + year : 1_900 + year) : year
    }

    private static func secondOfDay(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let hour = Self.number(parts[0], in: 0...23),
            let minute = Self.number(parts[1], in: 0...59), let second = Self.number(parts[2], in: 0...60)
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    /// Days from 1970-01-01 in the Gregorian calendar (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    private static func days(year: Int, month: Int, day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
