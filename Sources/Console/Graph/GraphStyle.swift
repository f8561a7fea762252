/// The colours of a picture, as a style sheet that every renderer understands: no variables, no fonts from elsewhere.
enum GraphStyle {
    /// Colours that are read well on their paper (contrast of at least 4.5 to 1 for text).
    private struct Palette {
        let paper: String
        let ink: String
        let faint: String
        let box: String
        let line: String
        let good: String
        let attention: String
        let bad: String
    }

    private static let light = Palette(
        paper: "#ffffff",
        ink: "#1f2933",
        faint: "#52606d",
        box: "#f3f6f9",
        line: "#7b8794",
        good: "#1b7f4b",
        attention: "#a15c00",
        bad: "#c0262d"
    )
    private static let dark = Palette(
        paper: "#14181d",
        ink: "#e6eaee",
        faint: "#a3aeb9",
        box: "#212830",
        line: "#8492a0",
        good: "#4cc38a",
        attention: "#f0a63a",
        bad: "#ff7b72"
    )

    /// The sheet: light, and dark where the reader's screen is.
    static let sheet = """
        <style>
        text { font-family: system-ui, sans-serif; }
        .title { font-size: 17px; font-weight: 600; }
        .note { font-size: 13px; }
        .name { font-size: 14px; font-weight: 600; text-anchor: middle; }
        .under, .flow { font-size: 11px; text-anchor: middle; }
        .flow { paint-order: stroke; stroke-width: 4px; stroke-linejoin: round; }
        .box { stroke-width: 1.5; }
        .link { fill: none; stroke-width: 1.8; }
        .head { stroke: none; }
        .waiting { stroke-dasharray: 6 4; }
        \(Self.rules(Self.light))
        @media (prefers-color-scheme: dark) {
        \(Self.rules(Self.dark))
        }
        </style>
        """

    private static func rules(_ palette: Palette) -> String {
        let tones = [
            ("plain", palette.line), ("good", palette.good), ("attention", palette.attention), ("bad", palette.bad),
        ]
        let lines = tones.map { ".box.\($0), .link.\($0) { stroke: \($1); } .head.\($0) { fill: \($1); }" }
        return """
            .paper { fill: \(palette.paper); }
            .title, .name { fill: \(palette.ink); }
            .note, .under, .flow { fill: \(palette.faint); }
            .flow { stroke: \(palette.paper); }
            .box { fill: \(palette.box); }
            \(lines.joined(separator: "\n"))
            """
    }
}
