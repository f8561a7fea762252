/// The reference page of metrics, made from their definitions.
package enum MetricsReference {
    /// The page as Markdown.
    ///
    /// - Parameter definitions: The metrics, in the order in which they are to stand there.
    /// - Returns: The page.
    package static func text(of definitions: [MetricDefinition]) -> String {
        let rows = definitions.map { definition in
            let labels = definition.labels.map(Self.label).joined(separator: "<br>")
            return "| `\(definition.name)` | \(definition.kind.word) | \(labels) | \(Self.escaped(definition.help)) |"
        }
        let histograms = definitions.compactMap { definition -> String? in
            guard case .histogram(let bounds) = definition.kind else { return nil }
            let seconds = bounds.map { Self.text($0.metricSeconds) }.joined(separator: ", ")
            return "| `\(definition.name)` | \(seconds) |"
        }
        let alerts = definitions.compactMap(\.alert).map(Self.rule)
        return """
            # Metrics

            This page is made by `make docs` from the definitions in the program (`peerage schema metrics`).

            `peerage run` serves them at `/metrics` of its API, to whoever has the token, as a cluster's API server
            does; and with `--metrics-listen 127.0.0.1:7411` in plain HTTP to whoever reaches that address.
            `peerage controller` and `peerage host` serve theirs where `--health-listen` says. The format is Prometheus'
            text format 0.0.4. [Operations](../operations.md#metrics) tells how to scrape them.

            No label holds the name of a resource. Where users choose the values, as of `host`, only so many are told
            apart; the others are counted together as `other`. Counters with labels appear with their first event.

            | metric | type | labels | meaning |
            |---|---|---|---|
            \(rows.joined(separator: "\n"))

            ## Buckets

            In seconds; every histogram has one bucket more, `+Inf`.

            | histogram | bounds |
            |---|---|
            \(histograms.joined(separator: "\n"))

            ## Alerts

            A start; the times are for a fleet that is watched in working hours.

            ```yaml
            groups:
              - name: peerage
                rules:
            \(alerts.joined(separator: "\n"))
            ```

            """
    }

    private static func label(_ label: MetricLabel) -> String {
        switch label.values {
        // A long list is the closed vocabulary of reasons, which has a page of its own.
        case .closed(let values) where values.count > 10:
            "`\(label.name)`: a [reason](resources.md#reasons)"
        case .closed(let values): "`\(label.name)`: \(values.map { "`\($0)`" }.joined(separator: ", "))"
        case .limited(let limit): "`\(label.name)` (at most \(limit))"
        }
    }

    private static func rule(_ alert: MetricAlert) -> String {
        """
              - alert: \(alert.name)
                expr: \(Self.quoted(alert.expression))
                for: \(alert.pending)
                annotations:
                  summary: \(Self.quoted(alert.advice))
        """
    }

    /// A YAML single-quoted scalar.
    private static func quoted(_ text: String) -> String {
        "'\(text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
    }

    private static func escaped(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }

    private static func text(_ seconds: Double) -> String {
        let text = seconds.description
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
}
