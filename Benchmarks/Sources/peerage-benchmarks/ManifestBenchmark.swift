import Foundation

/// Validating many documents, beside PyYAML's C loader reading the same text in the same run.
struct ManifestBenchmark {
    let binary: String
    let scratch: URL
    let count: Int

    func run(_ report: Report) throws {
        let fleet = try Fleet(in: self.scratch.appending(path: "manifests"), count: self.count)
        var ours: [Double] = []
        var theirs: [Double] = []
        let load =
            "import sys, glob, yaml\n"
            + "for f in glob.glob(sys.argv[1] + '/*.yaml'): list(yaml.load_all(open(f), Loader=yaml.CSafeLoader))"
        for _ in 0..<5 {
            ours.append(try Subject.time([self.binary, "validate", "-f", fleet.folder.path()]).seconds)
            let (seconds, code) = try Subject.time(["python3", "-c", load, fleet.folder.path()])
            if code == 0 { theirs.append(seconds) }
        }
        report.row("`peerage validate`, \(self.count) replications, median of 5", median(ours).duration)
        if theirs.isEmpty {
            report.row("PyYAML with libyaml", "not installed", target: "≥ 5×")
        } else {
            report.row(
                "PyYAML with libyaml, only loading the same files",
                "\(median(theirs).duration), \(String(format: "%.1f×", median(theirs) / median(ours))) ours",
                target: "≥ 5×"
            )
        }
    }
}
