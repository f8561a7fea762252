{{/* The chart's name. */}}
{{- define "peerage.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* What names of objects begin with; short enough for "-controller" and a StatefulSet's hash after it. */}}
{{- define "peerage.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- $name := include "peerage.name" . -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* The labels by which Pods are found: (dict "root" $ "component" "controller"). They never change. */}}
{{- define "peerage.selectorLabels" -}}
app.kubernetes.io/name: {{ include "peerage.name" .root }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end -}}

{{/* All labels of an object. */}}
{{- define "peerage.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "peerage.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
{{- with .root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* The annotations of an object: (dict "root" $ "more" (list ...)); nothing when there are none. */}}
{{- define "peerage.annotations" -}}
{{- $all := deepCopy .root.Values.commonAnnotations -}}
{{- range .more }}{{- $all = mergeOverwrite $all (deepCopy (. | default dict)) -}}{{- end -}}
{{- with $all -}}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end -}}
{{- end -}}

{{- define "peerage.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "peerage.serviceAccountName" -}}
{{- $account := (index .root.Values .component).serviceAccount -}}
{{- if $account.create -}}
{{- $account.name | default (printf "%s-%s" (include "peerage.fullname" .root) .component) -}}
{{- else -}}
{{- required (printf "%s.serviceAccount.name is needed when %s.serviceAccount.create is false" .component .component) $account.name -}}
{{- end -}}
{{- end -}}

{{- define "peerage.lease" -}}
{{- .Values.controller.lease | default (printf "%s-controller" (include "peerage.fullname" .)) -}}
{{- end -}}

{{/* The kinds, as a list in YAML, each with a suffix such as "/status". */}}
{{- define "peerage.kinds" -}}
{{- $suffix := . -}}
{{- range list "bigpeers" "bigpeerapps" "bigpeerreplications" "replicationtopologies" }}
- {{ . }}{{ $suffix }}
{{- end }}
{{- end -}}

{{/* What the controller may do; the same rules as in manifests/rbac/controller. */}}
{{- define "peerage.rules.controller" -}}
- apiGroups: [peerage.dev]
  resources: {{- include "peerage.kinds" "" | nindent 2 }}
  verbs: [get, list, watch, update, patch]
- apiGroups: [peerage.dev]
  resources: [bigpeerreplications]
  verbs: [create, delete]
- apiGroups: [peerage.dev]
  resources: {{- include "peerage.kinds" "/status" | nindent 2 }}
  verbs: [update, patch]
- apiGroups: [peerage.dev]
  resources: [replicationtopologies/finalizers]
  verbs: [update]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
- apiGroups: [""]
  resources: [events]
  verbs: [create, update, patch]
{{- end -}}

{{/* What hosts may do; the same rules as in manifests/rbac/host. */}}
{{- define "peerage.rules.host" -}}
- apiGroups: [peerage.dev]
  resources: [bigpeers, bigpeerreplications]
  verbs: [get, list, watch]
- apiGroups: [peerage.dev]
  resources: [bigpeers/status, bigpeerreplications/status]
  verbs: [update, patch]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
- apiGroups: [""]
  resources: [events]
  verbs: [create, update, patch]
{{- end -}}

{{/* Role and binding of a component, in the cluster or in each watched namespace: (dict "root" $ "component" …). */}}
{{- define "peerage.roles" -}}
{{- $root := .root -}}
{{- $name := printf "%s-%s" (include "peerage.fullname" $root) .component -}}
{{- $labels := include "peerage.labels" . -}}
{{- $rules := include (printf "peerage.rules.%s" .component) $root -}}
{{- $annotations := include "peerage.annotations" (dict "root" $root "more" list) -}}
{{- $account := include "peerage.serviceAccountName" . -}}
{{- range $namespace := ($root.Values.watchNamespaces | default (list "")) }}
{{- $prefix := ternary "" "Cluster" (ne $namespace "") }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $prefix }}Role
metadata:
  name: {{ $name }}
  {{- with $namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- $labels | nindent 4 }}
  {{- with $annotations }}{{ . | nindent 2 }}{{ end }}
rules:
{{ $rules }}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: {{ $prefix }}RoleBinding
metadata:
  name: {{ $name }}
  {{- with $namespace }}
  namespace: {{ . }}
  {{- end }}
  labels:
    {{- $labels | nindent 4 }}
  {{- with $annotations }}{{ . | nindent 2 }}{{ end }}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ $prefix }}Role
  name: {{ $name }}
subjects:
- kind: ServiceAccount
  name: {{ $account }}
  namespace: {{ $root.Release.Namespace }}
{{- end }}
{{- end -}}

{{/* The part of a Pod that the controller and the hosts have in common: (dict "root" $ "component" … "args" (list …) "volumes" (list …) "mounts" (list …)). */}}
{{- define "peerage.pod" -}}
{{- $root := .root -}}
{{- $values := index $root.Values .component -}}
metadata:
  labels:
    {{- include "peerage.labels" . | nindent 4 }}
    {{- with $values.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with include "peerage.annotations" (dict "root" $root "more" (list (dict "kubectl.kubernetes.io/default-container" "peerage") $values.podAnnotations)) }}{{ . | nindent 2 }}{{ end }}
spec:
  serviceAccountName: {{ include "peerage.serviceAccountName" . }}
  automountServiceAccountToken: true
  terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
  {{- with $root.Values.imagePullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.priorityClassName }}
  priorityClassName: {{ . }}
  {{- end }}
  {{- with $root.Values.podSecurityContext }}
  securityContext:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  affinity:
    {{- if $values.affinity }}
    {{- toYaml $values.affinity | nindent 4 }}
    {{- else }}
    podAntiAffinity:
      preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "peerage.selectorLabels" . | nindent 14 }}
    {{- end }}
  {{- with $values.topologySpreadConstraints }}
  topologySpreadConstraints:
    {{- range . }}
    {{- if .labelSelector }}
    - {{- toYaml . | nindent 6 }}
    {{- else }}
    - {{- toYaml . | nindent 6 }}
      labelSelector:
        matchLabels:
          {{- include "peerage.selectorLabels" $ | nindent 10 }}
    {{- end }}
    {{- end }}
  {{- end }}
  containers:
  - name: peerage
    image: {{ include "peerage.image" $root | quote }}
    imagePullPolicy: {{ $root.Values.image.pullPolicy }}
    args:
    {{- range concat .args $values.extraArgs }}
    - {{ tpl (toString .) $root | quote }}
    {{- end }}
    env:
    - name: POD_NAME
      valueFrom:
        fieldRef:
          fieldPath: metadata.name
    - name: POD_NAMESPACE
      valueFrom:
        fieldRef:
          fieldPath: metadata.namespace
    {{- if eq .component "host" }}
    # Where peers listen that would listen on the loopback.
    - name: POD_IP
      valueFrom:
        fieldRef:
          fieldPath: status.podIP
    {{- end }}
    {{- with $values.extraEnv }}
    {{- tpl (toYaml .) $root | nindent 4 }}
    {{- end }}
    {{- with $values.extraEnvFrom }}
    envFrom:
    {{- tpl (toYaml .) $root | nindent 4 }}
    {{- end }}
    ports:
    - name: metrics
      containerPort: {{ $root.Values.metrics.port }}
      protocol: TCP
    startupProbe:
      httpGet:
        path: /livez
        port: metrics
      {{- toYaml $values.startupProbe | nindent 6 }}
    livenessProbe:
      httpGet:
        path: /livez
        port: metrics
      {{- toYaml $values.livenessProbe | nindent 6 }}
    readinessProbe:
      httpGet:
        path: /readyz
        port: metrics
      {{- toYaml $values.readinessProbe | nindent 6 }}
    {{- with $values.resources }}
    resources:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- with $root.Values.securityContext }}
    securityContext:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    volumeMounts:
    {{- with .mounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
    - name: tmp
      mountPath: /tmp
    {{- with $values.extraVolumeMounts }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  volumes:
  {{- with .volumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
  - name: tmp
    emptyDir:
      sizeLimit: 64Mi
  {{- with $values.extraVolumes }}
  {{- tpl (toYaml .) $root | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "peerage.podDisruptionBudget" -}}
{{- $budget := (index .root.Values .component).podDisruptionBudget -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "peerage.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "peerage.labels" . | nindent 4 }}
  {{- with include "peerage.annotations" (dict "root" .root "more" list) }}{{ . | nindent 2 }}{{ end }}
spec:
  {{- if ne (toString $budget.minAvailable) "" }}
  minAvailable: {{ $budget.minAvailable }}
  {{- else }}
  maxUnavailable: {{ $budget.maxUnavailable }}
  {{- end }}
  selector:
    matchLabels:
      {{- include "peerage.selectorLabels" . | nindent 6 }}
{{- end -}}

{{- define "peerage.networkPolicy" -}}
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "peerage.fullname" .root }}-{{ .component }}
  namespace: {{ .root.Release.Namespace }}
  labels:
    {{- include "peerage.labels" . | nindent 4 }}
  {{- with include "peerage.annotations" (dict "root" .root "more" list) }}{{ . | nindent 2 }}{{ end }}
spec:
  podSelector:
    matchLabels:
      {{- include "peerage.selectorLabels" . | nindent 6 }}
  policyTypes:
  - Ingress
  {{- if .root.Values.networkPolicy.restrictEgress }}
  - Egress
  egress:
    {{- toYaml .root.Values.networkPolicy.egress | nindent 4 }}
  {{- end }}
  ingress:
  - ports:
    - port: metrics
      protocol: TCP
    {{- with .root.Values.networkPolicy.metricsFrom }}
    from:
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- if eq .component "host" }}
  - from:
    - podSelector: {}
    {{- with .root.Values.networkPolicy.peersFrom }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- end }}
{{- end -}}

{{- define "peerage.serviceMonitor" -}}
{{- $monitor := .root.Values.metrics.serviceMonitor -}}
apiVersion: monitoring.coreos.com/v1
kind: ServiceMonitor
metadata:
  name: {{ include "peerage.fullname" .root }}-{{ .component }}
  namespace: {{ $monitor.namespace | default .root.Release.Namespace }}
  labels:
    {{- include "peerage.labels" . | nindent 4 }}
    {{- with $monitor.labels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  {{- with include "peerage.annotations" (dict "root" .root "more" (list $monitor.annotations)) }}{{ . | nindent 2 }}{{ end }}
spec:
  jobLabel: app.kubernetes.io/component
  selector:
    matchLabels:
      {{- include "peerage.selectorLabels" . | nindent 6 }}
  namespaceSelector:
    matchNames:
    - {{ .root.Release.Namespace }}
  endpoints:
  - port: metrics
    path: /metrics
    honorLabels: {{ $monitor.honorLabels }}
    {{- with $monitor.interval }}
    interval: {{ . }}
    {{- end }}
    {{- with $monitor.scrapeTimeout }}
    scrapeTimeout: {{ . }}
    {{- end }}
    {{- with $monitor.relabelings }}
    relabelings:
    {{- toYaml . | nindent 4 }}
    {{- end }}
    {{- with $monitor.metricRelabelings }}
    metricRelabelings:
    {{- toYaml . | nindent 4 }}
    {{- end }}
{{- end -}}
