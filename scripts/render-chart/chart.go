package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/xeipuuv/gojsonschema"
	"sigs.k8s.io/yaml"
)

// A chart as it lies in its folder.
type chart struct {
	metadata  map[string]interface{}
	defaults  map[string]interface{}
	schema    []byte
	templates map[string]string
	files     files
}

// Everything in the chart that is not a template or the chart's own: what `.Files` reads.
type files map[string][]byte

func loadChart(folder string) (*chart, error) {
	c := &chart{templates: map[string]string{}, files: files{}}
	full, err := filepath.Abs(folder)
	if err != nil {
		return nil, err
	}
	name := filepath.Base(full)
	err = filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		relative = filepath.ToSlash(relative)
		switch {
		case relative == "Chart.yaml":
			return yaml.UnmarshalStrict(data, &c.metadata)
		case relative == "values.yaml":
			return yaml.UnmarshalStrict(data, &c.defaults)
		case relative == "values.schema.json":
			c.schema = data
		case strings.HasPrefix(relative, "templates/"):
			c.templates[name+"/"+relative] = string(data)
		case strings.HasPrefix(relative, "ci/"):
			// As .helmignore says.
		default:
			c.files[relative] = data
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, field := range []string{"apiVersion", "name", "version"} {
		if text, _ := c.metadata[field].(string); text == "" {
			return nil, fmt.Errorf("Chart.yaml: %s is missing", field)
		}
	}
	return c, nil
}

// The defaults with the files of values laid over them, checked against the chart's schema.
func (c *chart) values(paths []string) (map[string]interface{}, error) {
	merged := c.defaults
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		values := map[string]interface{}{}
		if err := yaml.UnmarshalStrict(data, &values); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		merged = lay(values, merged)
	}
	return merged, c.check(merged)
}

// Lays one map over another: maps are merged, everything else is replaced, and null takes a default away.
func lay(over, under map[string]interface{}) map[string]interface{} {
	result := map[string]interface{}{}
	for key, value := range under {
		result[key] = value
	}
	for key, value := range over {
		above, isMap := value.(map[string]interface{})
		below, wasMap := result[key].(map[string]interface{})
		switch {
		case value == nil:
			delete(result, key)
		case isMap && wasMap:
			result[key] = lay(above, below)
		default:
			result[key] = value
		}
	}
	return result
}

func (c *chart) check(values map[string]interface{}) error {
	if len(c.schema) == 0 {
		return nil
	}
	document, err := json.Marshal(values)
	if err != nil {
		return err
	}
	result, err := gojsonschema.Validate(gojsonschema.NewBytesLoader(c.schema), gojsonschema.NewBytesLoader(document))
	if err != nil {
		return fmt.Errorf("values.schema.json: %w", err)
	}
	var problems []string
	for _, problem := range result.Errors() {
		problems = append(problems, "values: "+problem.String())
	}
	if len(problems) > 0 {
		return errors.New(strings.Join(problems, "\n"))
	}
	return nil
}
