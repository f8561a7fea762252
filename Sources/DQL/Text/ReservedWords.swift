/// The words that a name can be only in backticks.
///
/// "INVALID: Cannot use reserved keywords", https://docs.ditto.live/dql/ids-paths-strings-keywords (February 2025).
/// We take those that cannot be mistaken as bare names too, and warn of them.
enum ReservedWords {
    /// All of them, in capitals.
    static let all = Set(
        """
        AGAINST ALL ALTER ANALYZE AND ANTI ANY APPLY ARRAY ARRAY_AGG AS ASC AT ATTACHMENT BETWEEN BIGINT BINARY BLOB
        BOOLEAN BOTH BY BYTEA CASE CAST CEIL CENTURY CHAR CHARACTER CHARACTERS CLOB CLUSTER COLLATE COLLECTION
        CONFLICT CONTEXT COUNT COUNTER CROSS CURRENT CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP DATE DATETIME DAY DEC
        DECADE DECIMAL DEFAULT DELETE DESC DISTINCT DISTRIBUTE DO DOCUMENTS DOUBLE DOW DOY ELEMENT ELSE END ENUM EPOCH
        ERROR ESCAPE EVICT EXCEPT EXISTS EXPANSION EXPLAIN EXTRACT FAIL FALSE FETCH FILTER FLOAT FLOOR FOLLOWING FOR
        FROM FULL GROUP GROUPS HAVING HOUR ID ILIKE IN INCREMENT INHERIT INITIAL INNER INSERT INT INTEGER INTERSECT
        INTERVAL INTO IS ISODOW ISOYEAR JOIN JULIAN LANGUAGE LARGE LATERAL LEADING LEFT LIKE LIMIT LISTAGG LOCALTIME
        LOCALTIMESTAMP MAP MEDIUMINT MICROSECOND MICROSECONDS MILLENIUM MILLENNIUM MILLISECOND MILLISECONDS MINUTE
        MISSING MODE MONTH NANOSECOND NANOSECONDS NATURAL NOT NOTHING NULL NUMERIC NVARCHAR OBJECT OCTETS OFFSET ON
        OPERATOR OR ORDER OUTER OUTPUTFORMAT OVER OVERFLOW OVERLAY PARTITION PEERS PERCENT PLACING PNCOUNTER POSITION
        PRECEDING PRECISION QUALIFY QUARTER QUERY RANGE RAW REAL REGCLASS REGISTER RESET RETURNING RIGHT ROW ROWS
        SAFE_CAST SECOND SELECT SEMI SET SHOW SIMILAR SMALLINT SORT STCOUNTER STRING SUBSTRING SYNC SYSTEM TABLE TEMP
        TEMPORARY TEXT THEN TIES TIME TIMESTAMP TIMESTAMPTZ TIMETZ TIMEZONE TIMEZONE_HOUR TIMEZONE_MINUTE TINYINT TO
        TOMBSTONE TOP TRAILING TRIM TRUE TRUNCATE TRY_CAST UNBOUNDED UNION UNKNOWN UNLOGGED UNNEST UNSIGNED UPDATE
        USING UUID VALID VALUE VALUES VARBINARY VARCHAR VARYING VIEW WEEK WHEN WHERE WITH WITHIN WITHOUT XOR YEAR ZONE
        """
        .split { $0 == " " || $0 == "\n" }.map(String.init)
    )

    /// Those that we cannot take for a name, because they would change what a query means.
    static let structural: Set<String> = [
        "AND", "BETWEEN", "CASE", "FALSE", "FROM", "ILIKE", "IN", "IS", "LIKE", "MISSING", "NOT", "NULL", "OR",
        "SELECT", "SIMILAR", "TRUE", "UNKNOWN", "WHERE", "XOR",
    ]

    /// Whether a bare word is reserved, whatever its case.
    static func contains(_ word: String) -> Bool { self.all.contains(word.uppercased()) }

    /// A name as it can stand in a query: bare where it may be, else in backticks.
    static func spelling(of name: String) -> String {
        let utf8 = name.utf8
        let isPlain = utf8.first.map(Lexer.startsWord) == true && utf8.allSatisfy(Lexer.continuesWord)
        if isPlain, !self.contains(name) { return name }
        var text = "`"
        for scalar in name.unicodeScalars { text += scalar == "`" ? "``" : String(scalar) }
        return text + "`"
    }
}
