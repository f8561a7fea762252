package main

import (
	"fmt"
	"os"
	"strings"

	"sigs.k8s.io/yaml"
)

type securityContext struct {
	RunAsNonRoot, AllowPrivilegeEscalation, ReadOnlyRootFilesystem, Privileged *bool
	RunAsUser                                                                  *int64
	SeccompProfile                                                             struct{ Type string }
	Capabilities                                                               struct{ Add, Drop []string }
}

type container struct {
	Name                                        string
	SecurityContext                             securityContext
	Resources                                   struct{ Requests, Limits map[string]interface{} }
	StartupProbe, LivenessProbe, ReadinessProbe map[string]interface{}
}

// Checks that every Pod template in files meets the restricted Pod security standard, has a root file system that
// cannot be written, says what it needs, and can be asked for its health.
//
// https://kubernetes.io/docs/concepts/security/pod-security-standards/ "Restricted"
func checkRestricted(paths []string) error {
	var problems []string
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, document := range strings.Split("\n"+string(data), "\n---") {
			var object struct {
				Kind     string
				Metadata struct{ Name string }
				Spec     struct {
					Template struct {
						Spec struct {
							HostNetwork, HostPID, HostIPC bool
							SecurityContext               securityContext
							InitContainers, Containers    []container
							Volumes                       []map[string]interface{}
						}
					}
				}
			}
			if err := yaml.Unmarshal([]byte(document), &object); err != nil {
				return fmt.Errorf("%s: %w", path, err)
			}
			pod := object.Spec.Template.Spec
			demand := func(holds bool, what string) {
				if !holds {
					problems = append(problems, fmt.Sprintf("%s: %s %s: %s", path, object.Kind, object.Metadata.Name, what))
				}
			}
			for _, volume := range pod.Volumes {
				demand(volume["hostPath"] == nil, "a volume of the node")
			}
			demand(!pod.HostNetwork && !pod.HostPID && !pod.HostIPC, "a namespace of the node")
			for _, c := range append(pod.InitContainers, pod.Containers...) {
				own, outer := c.SecurityContext, pod.SecurityContext
				demand(isTrue(own.RunAsNonRoot) || own.RunAsNonRoot == nil && isTrue(outer.RunAsNonRoot), "no runAsNonRoot")
				demand(own.RunAsUser == nil || *own.RunAsUser != 0, "runs as root")
				demand(own.AllowPrivilegeEscalation != nil && !*own.AllowPrivilegeEscalation, "allowPrivilegeEscalation")
				demand(!isTrue(own.Privileged), "privileged")
				demand(isTrue(own.ReadOnlyRootFilesystem), "no readOnlyRootFilesystem")
				demand(strings.Join(own.Capabilities.Drop, " ") == "ALL", "does not drop all capabilities")
				demand(len(own.Capabilities.Add) == 0, "adds capabilities")
				demand(own.SeccompProfile.Type == "RuntimeDefault" || outer.SeccompProfile.Type == "RuntimeDefault", "no seccompProfile")
				demand(c.Resources.Requests["memory"] != nil && c.Resources.Requests["cpu"] != nil, "no requests")
				demand(c.Resources.Limits["memory"] != nil, "no limit of memory")
				demand(c.StartupProbe != nil && c.LivenessProbe != nil && c.ReadinessProbe != nil, "a probe is missing")
			}
		}
	}
	if len(problems) > 0 {
		return fmt.Errorf("%s", strings.Join(problems, "\n"))
	}
	return nil
}

func isTrue(value *bool) bool { return value != nil && *value }
