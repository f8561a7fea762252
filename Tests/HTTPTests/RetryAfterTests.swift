import Testing

@testable import HTTP

@Suite("RetryAfter")
struct RetryAfterTests {
    /// The date of RFC 9110 §5.6.7, in its three formats; 784111777 by `date -u -d "1994-11-06 08:49:37" +%s`.
    @Test(
        "a date is read in each of the three formats",
        arguments: [
            "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
        ]
    )
    func dates(_ text: String) {
        #expect(RetryAfter(parsing: text) == .date(unixSeconds: 784_111_777))
    }

    /// Reference values by `date -u -d … +%s`.
    @Test(
        "leap years and the ends of ranges are counted right",
        arguments: [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Tue, 29 Feb 2000 23:59:59 GMT", 951_868_799),
            ("Wed, 01 Mar 2000 00:00:00 GMT", 951_868_800), ("Fri, 31 Dec 1999 23:59:59 GMT", 946_684_799),
            ("Fri, 31 Dec 9999 23:59:59 GMT", 253_402_300_799),
        ]
    )
    func moments(_ text: String, _ seconds: Int) {
        #expect(HTTPDate(parsing: text)?.unixSeconds == seconds)
    }

    @Test("seconds are read", arguments: [("0", 0), ("120", 120), ("99999999999999999999", Int.max)])
    func seconds(_ text: String, _ seconds: Int) {
        #expect(RetryAfter(parsing: text) == .delay(seconds: seconds))
    }

    @Test(
        "anything else is nothing",
        arguments: [
            "", "-1", "1.5", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 32 Nov 1994 08:49:37 GMT",
            "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:49 GMT",
            "Sun, 06 Nov -994 08:49:37 GMT", "\u{0661}", "Sun, +6 Nov 1994 08:49:37 GMT",
        ]
    )
    func nonsense(_ text: String) {
        #expect(RetryAfter(parsing: text) == nil)
    }

    @Test("the wait is never negative and never beyond the limit")
    func wait() {
        #expect(RetryAfter.delay(seconds: 5).wait(now: 0) == .seconds(5))
        #expect(RetryAfter.delay(seconds: Int.max).wait(now: 0) == .seconds(3_600))
        #expect(RetryAfter.date(unixSeconds: 110).wait(now: 100) == .seconds(10))
        #expect(RetryAfter.date(unixSeconds: 90).wait(now: 100) == .zero)
        #expect(RetryAfter.date(unixSeconds: Int.max).wait(now: -1, limit: .seconds(7)) == .seconds(7))
    }

    @Test("the field is found among the headers")
    func field() {
        #expect((["retry-after": "3"] as HTTPHeaders).retryAfter == .delay(seconds: 3))
        #expect((["A": "3"] as HTTPHeaders).retryAfter == nil)
    }
}
