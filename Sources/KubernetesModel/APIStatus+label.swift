extension APIStatus {
    /// The longest part of a message that a log is given.
    private static let maximumLabelLength = 300

    /// The reason and the fields that it is about, for logs: never what an object holds, which servers like to repeat.
    package var label: String {
        if self.reason != .invalid { return "\(self.reason.rawValue): \(self.message.prefix(Self.maximumLabelLength))" }
        let fields = self.causes.prefix(4).map { "\($0.field.prefix(128)) (\($0.reason.prefix(64)))" }
        let others = self.causes.count - fields.count
        return "\(([self.reason.rawValue] + fields).joined(separator: ", "))"
            + (others > 0 ? ", and \(others) more" : "")
    }
}
