/// An object inside a larger text: where its members are, in the order of their names, without a value built of any.
///
/// ```
/// {"args": {"car": {"_id": "1", "color": "blue", "at": 1e3}}}     the text
///                   └───────────┘ members: at → rewritten "1000.0", _id → "1", color → "blue"
/// ```
/// What comes in great numbers, such as documents to insert, goes from text to text this way, and is never a
/// `JSONValue`. *Guarantees:* names are those of a valid object: ascending by bytes, none twice; a member's text is what
/// `JSONValue.bytes` would write.
package struct JSONObjectSpan: Sendable {
    /// One member.
    package struct Member: Sendable {
        /// Where the name is between its quotes; it has no escapes and is ASCII.
        let name: Range<Int>
        /// Where the value is.
        let value: Range<Int>
        /// Whether the value is among those that stood there in another form than the compact one.
        let isRewritten: Bool
    }

    /// The text in which the object stands.
    let text: [UInt8]
    /// The compact forms of values that stood there in others.
    let rewritten: [UInt8]
    /// The members, in the order of their names.
    package let members: [Member]

    /// How many bytes the object takes when it is written.
    package var count: Int { self.members.reduce(2) { $0 + $1.name.count + $1.value.count + 4 } }

    /// A member's name.
    package func name(of member: Member) -> ArraySlice<UInt8> { self.text[member.name] }

    /// The compact text of a member's value.
    package func value(of member: Member) -> ArraySlice<UInt8> {
        member.isRewritten ? self.rewritten[member.value] : self.text[member.value]
    }

    /// The member of a name.
    package subscript(name: StaticString) -> Member? {
        let wanted = UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return self.members.first { self.text[$0.name].elementsEqual(wanted) }
    }

    /// The object, built.
    package var object: JSONObject {
        JSONObject(
            self.members.map { member in
                JSONObject.Member(
                    key: String(decoding: self.name(of: member), as: UTF8.self),
                    value: (try? JSONValue(parsing: Array(self.value(of: member)), maximumDepth: .max)) ?? .null
                )
            }
        )
    }
}
