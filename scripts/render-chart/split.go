package main

import (
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

// Writes the objects of one kind in a file to one file, and the others to another.
func split(path, kind, ofKind, others string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	var parts [2]strings.Builder
	for _, document := range strings.Split("\n"+string(data), "\n---") {
		var object struct{ Kind string }
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		switch object.Kind {
		case "":
		case kind:
			fmt.Fprintf(&parts[0], "---%s\n", document)
		default:
			fmt.Fprintf(&parts[1], "---%s\n", document)
		}
	}
	if err := os.WriteFile(ofKind, []byte(parts[0].String()), 0o644); err != nil {
		return err
	}
	return os.WriteFile(others, []byte(parts[1].String()), 0o644)
}
