package main

import (
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"
)

// Prints each right that a role grants as one line, so that two ways to deploy can be compared.
//
// A line is COMPONENT ROLE GROUP RESOURCE VERB; a role is told by the end of its name, whatever comes before it, and
// Roles and ClusterRoles are alike.
func printRules(paths []string, output io.Writer) error {
	lines := map[string]bool{}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, document := range strings.Split("\n"+string(data), "\n---") {
			var role struct {
				Kind     string
				Metadata struct {
					Name   string
					Labels map[string]string
				}
				Rules []struct{ APIGroups, Resources, ResourceNames, Verbs []string }
			}
			if err := yaml.Unmarshal([]byte(document), &role); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			if role.Kind != "Role" && role.Kind != "ClusterRole" {
				continue
			}
			component := role.Metadata.Labels["app.kubernetes.io/component"]
			parts := strings.Split(role.Metadata.Name, "-")
			for _, rule := range role.Rules {
				for _, group := range rule.APIGroups {
					for _, resource := range rule.Resources {
						for _, verb := range rule.Verbs {
							names := strings.Join(rule.ResourceNames, ",")
							line := []string{component, parts[len(parts)-1], "group=" + group, resource, verb, names}
							lines[strings.TrimSpace(strings.Join(line, " "))] = true
						}
					}
				}
			}
		}
	}
	sorted := make([]string, 0, len(lines))
	for line := range lines {
		sorted = append(sorted, line)
	}
	sort.Strings(sorted)
	for _, line := range sorted {
		fmt.Fprintln(output, line)
	}
	return nil
}
