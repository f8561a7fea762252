// Renders a Helm chart with the semantics that Helm documents, as far as our chart uses them, for machines without Helm.
//
//	render-chart [flags] CHART          prints the objects, in the order in which Helm installs them
//	render-chart defaults CHART         prints the chart's own values as JSON
//	render-chart rules FILE...          prints the RBAC rules of each component in rendered objects, for comparison
//	render-chart restricted FILE...     fails unless every Pod meets the restricted Pod security standard
//	render-chart split FILE KIND A B    writes the objects of a kind to A and the others to B
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
)

// list is a flag that may be given several times.
type list []string

func (l *list) String() string         { return strings.Join(*l, ",") }
func (l *list) Set(value string) error { *l = append(*l, value); return nil }

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "render-chart:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) > 0 && args[0] == "rules" {
		return printRules(args[1:], os.Stdout)
	}
	if len(args) > 0 && args[0] == "restricted" {
		return checkRestricted(args[1:])
	}
	if len(args) == 2 && args[0] == "defaults" {
		chart, err := loadChart(args[1])
		if err != nil {
			return err
		}
		return json.NewEncoder(os.Stdout).Encode(chart.defaults)
	}
	if len(args) == 5 && args[0] == "split" {
		return split(args[1], args[2], args[3], args[4])
	}
	flags := flag.NewFlagSet("render-chart", flag.ExitOnError)
	release := release{Service: "Helm", IsInstall: true, Revision: 1}
	flags.StringVar(&release.Name, "name", "peerage", "the release's `NAME`")
	flags.StringVar(&release.Namespace, "namespace", "peerage-system", "the release's `NAMESPACE`")
	flags.BoolVar(&release.IsUpgrade, "upgrade", false, "render as for an upgrade")
	notes := flags.String("notes", "", "a `FILE` to write the notes to")
	kubeVersion := flags.String("kube-version", "v1.34.0", "the `VERSION` of Kubernetes that templates see")
	var values, apiVersions list
	flags.Var(&values, "f", "a `FILE` of values; later ones win")
	flags.Var(&apiVersions, "api-versions", "an API `VERSION` that templates see besides the usual ones")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return fmt.Errorf("expected one chart folder")
	}
	release.IsInstall = !release.IsUpgrade

	chart, err := loadChart(flags.Arg(0))
	if err != nil {
		return err
	}
	merged, err := chart.values(values)
	if err != nil {
		return err
	}
	rendered, err := render(chart, merged, release, newCapabilities(*kubeVersion, apiVersions))
	if err != nil {
		return err
	}
	if *notes != "" {
		if err := os.WriteFile(*notes, []byte(rendered.notes), 0o644); err != nil {
			return err
		}
	}
	objects, err := rendered.objects()
	if err != nil {
		return err
	}
	for _, object := range objects {
		fmt.Printf("---\n# Source: %s\n%s\n", object.source, object.text)
	}
	return nil
}
