package main

import (
	"bytes"
	"errors"
	"fmt"
	"path"
	"sort"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig"
	"sigs.k8s.io/yaml"
)

// What `.Release` tells templates.
type release struct {
	Name, Namespace, Service string
	IsInstall, IsUpgrade     bool
	Revision                 int
}

// What `.Capabilities` tells templates.
type capabilities struct {
	KubeVersion kubeVersion
	APIVersions apiVersions
}

type kubeVersion struct{ Version, Major, Minor string }

func (v kubeVersion) String() string { return v.Version }

type apiVersions []string

// Has tells whether the cluster serves a version, or a version's kind.
func (v apiVersions) Has(wanted string) bool {
	for _, version := range v {
		if version == wanted {
			return true
		}
	}
	return false
}

func newCapabilities(version string, more []string) capabilities {
	parts := strings.SplitN(strings.TrimPrefix(version, "v"), ".", 3)
	known := kubeVersion{Version: version, Major: parts[0]}
	if len(parts) > 1 {
		known.Minor = parts[1]
	}
	return capabilities{known, append(apiVersions{
		"v1", "apps/v1", "apiextensions.k8s.io/v1", "coordination.k8s.io/v1", "networking.k8s.io/v1", "policy/v1",
		"rbac.authorization.k8s.io/v1",
	}, more...)}
}

type rendered struct {
	manifests map[string]string
	notes     string
}

func render(c *chart, values map[string]interface{}, r release, k capabilities) (*rendered, error) {
	metadata := map[string]interface{}{}
	for key, value := range c.metadata {
		metadata[strings.ToUpper(key[:1])+key[1:]] = value
	}
	all := template.New("chart").Option("missingkey=zero")
	all.Funcs(functions(all))
	for name, text := range c.templates {
		if _, err := all.New(name).Parse(text); err != nil {
			return nil, err
		}
	}
	result := &rendered{manifests: map[string]string{}}
	for name := range c.templates {
		if strings.HasPrefix(path.Base(name), "_") {
			continue
		}
		var text strings.Builder
		top := map[string]interface{}{
			"Values": values, "Release": r, "Chart": metadata, "Capabilities": k, "Files": c.files,
			"Template": map[string]interface{}{"Name": name, "BasePath": path.Dir(name)},
		}
		if err := all.ExecuteTemplate(&text, name, top); err != nil {
			return nil, err
		}
		// What a missing key leaves behind, in any option but "error".
		output := strings.ReplaceAll(text.String(), "<no value>", "")
		if path.Base(name) == "NOTES.txt" {
			result.notes = output
		} else {
			result.manifests[name] = output
		}
	}
	return result, nil
}

// Helm's functions: those of sprig but the ones that read the environment, and its own.
func functions(all *template.Template) template.FuncMap {
	functions := sprig.TxtFuncMap()
	delete(functions, "env")
	delete(functions, "expandenv")
	depth := map[string]int{}
	own := template.FuncMap{
		"include": func(name string, data interface{}) (string, error) {
			if depth[name] > 1000 {
				return "", fmt.Errorf("%s includes itself without end", name)
			}
			depth[name]++
			defer func() { depth[name]-- }()
			var text strings.Builder
			err := all.ExecuteTemplate(&text, name, data)
			return text.String(), err
		},
		"tpl": func(text string, data interface{}) (string, error) {
			clone, err := all.Clone()
			if err != nil {
				return "", err
			}
			parsed, err := clone.New("tpl").Parse(text)
			if err != nil {
				return "", err
			}
			var output strings.Builder
			err = parsed.Execute(&output, data)
			return strings.ReplaceAll(output.String(), "<no value>", ""), err
		},
		"required": func(message string, value interface{}) (interface{}, error) {
			if text, isText := value.(string); value == nil || (isText && text == "") {
				return value, errors.New(message)
			}
			return value, nil
		},
		"lookup": func(string, string, string, string) map[string]interface{} { return map[string]interface{}{} },
		"toYaml": func(value interface{}) (string, error) {
			data, err := yaml.Marshal(value)
			return strings.TrimSuffix(string(data), "\n"), err
		},
		"fromYaml": func(text string) (map[string]interface{}, error) {
			value := map[string]interface{}{}
			return value, yaml.Unmarshal([]byte(text), &value)
		},
		"fromYamlArray": func(text string) ([]interface{}, error) {
			var value []interface{}
			return value, yaml.Unmarshal([]byte(text), &value)
		},
	}
	for name, function := range own {
		functions[name] = function
	}
	return functions
}

// Get is the text of a file.
func (f files) Get(name string) string { return string(f[name]) }

// Glob finds files by a pattern of path.Match.
func (f files) Glob(pattern string) (files, error) {
	found := files{}
	for name, data := range f {
		matches, err := path.Match(pattern, name)
		if err != nil {
			return nil, err
		}
		if matches {
			found[name] = data
		}
	}
	return found, nil
}

type object struct {
	source, text, kind, name, namespace string
}

// The order in which Helm installs kinds; the others come last.
var installOrder = []string{
	"Namespace", "NetworkPolicy", "PodDisruptionBudget", "ServiceAccount", "Secret", "ConfigMap",
	"CustomResourceDefinition", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "Service", "Deployment",
	"StatefulSet",
}

func rank(kind string) int {
	for index, other := range installOrder {
		if other == kind {
			return index
		}
	}
	return len(installOrder)
}

// The rendered objects; each must be whole, and none may be there twice.
func (r *rendered) objects() ([]object, error) {
	var objects []object
	seen := map[string]string{}
	for source, text := range r.manifests {
		for _, document := range bytes.Split([]byte("\n"+text), []byte("\n---")) {
			var content map[string]interface{}
			if err := yaml.UnmarshalStrict(document, &content); err != nil {
				return nil, fmt.Errorf("%s: %w\n%s", source, err, document)
			}
			if len(content) == 0 {
				continue
			}
			apiVersion, _ := content["apiVersion"].(string)
			kind, _ := content["kind"].(string)
			metadata, _ := content["metadata"].(map[string]interface{})
			name, _ := metadata["name"].(string)
			namespace, _ := metadata["namespace"].(string)
			if apiVersion == "" || kind == "" || name == "" {
				return nil, fmt.Errorf("%s: an object without apiVersion, kind or metadata.name:\n%s", source, document)
			}
			identity := strings.Join([]string{apiVersion, kind, namespace, name}, " ")
			if other, isTwice := seen[identity]; isTwice {
				return nil, fmt.Errorf("%s and %s both make %s", other, source, identity)
			}
			seen[identity] = source
			objects = append(objects, object{source, strings.TrimSpace(string(document)), kind, name, namespace})
		}
	}
	sort.SliceStable(objects, func(i, j int) bool {
		a, b := objects[i], objects[j]
		if rank(a.kind) != rank(b.kind) {
			return rank(a.kind) < rank(b.kind)
		}
		if a.kind != b.kind {
			return a.kind < b.kind
		}
		return a.namespace+"/"+a.name < b.namespace+"/"+b.name
	})
	return objects, nil
}
