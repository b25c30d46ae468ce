import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { LONGHORN_DEFINITIONS } from "./longhorn-definitions";

const VALUES = `preUpgradeChecker:
  jobEnabled: true
defaultSettings:
  defaultDataPath: /var/lib/longhorn
  deletingConfirmationFlag: ~
persistence:
  defaultClass: true
  defaultClassReplicaCount: 3
  reclaimPolicy: Delete
defaultBackupStore:
  backupTarget: ""
  backupTargetCredentialSecret: ""
longhornManager:
  tolerations: []
longhornDriver:
  tolerations: []
extraObjects: []
`;

const MANAGER = workload({
  kind: "DaemonSet",
  name: "longhorn-manager",
  labels: { app: "longhorn-manager" },
  image: "docker.io/longhornio/longhorn-manager:v{{ .Chart.AppVersion }}",
  spec: `updateStrategy:
  type: RollingUpdate
  rollingUpdate:
    maxUnavailable: 100%`,
  pod: `serviceAccountName: longhorn-service-account
tolerations:
  {{- toYaml .Values.longhornManager.tolerations | nindent 8 }}
volumes:
  - name: dev
    hostPath:
      path: /dev/
  - name: longhorn
    hostPath:
      path: /var/lib/longhorn/`,
  container: `securityContext:
  privileged: true
ports:
  - name: manager
    containerPort: 9500
volumeMounts:
  - name: dev
    mountPath: /host/dev/
  - name: longhorn
    mountPath: /var/lib/longhorn/
    mountPropagation: Bidirectional`,
});

const DRIVER_DEPLOYER = workload({
  kind: "Deployment",
  name: "longhorn-driver-deployer",
  labels: { app: "longhorn-driver-deployer" },
  image: "docker.io/longhornio/longhorn-manager:v{{ .Chart.AppVersion }}",
  replicas: "1",
  pod: `serviceAccountName: longhorn-service-account
tolerations:
  {{- toYaml .Values.longhornDriver.tolerations | nindent 8 }}`,
});

const STORAGE_CLASS = `apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: longhorn
  annotations:
    storageclass.kubernetes.io/is-default-class: {{ .Values.persistence.defaultClass | quote }}
  labels:
    {{- include "labels" . | nindent 4 }}
provisioner: driver.longhorn.io
allowVolumeExpansion: true
reclaimPolicy: {{ .Values.persistence.reclaimPolicy }}
volumeBindingMode: Immediate
parameters:
  numberOfReplicas: {{ .Values.persistence.defaultClassReplicaCount | quote }}
  staleReplicaTimeout: "30"
`;

// What the manager reads its settings from, whenever it changes: keys of the values in lower case, with hyphens.
const DEFAULT_SETTINGS = `apiVersion: v1
kind: ConfigMap
metadata:
  name: longhorn-default-setting
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "labels" . | nindent 4 }}
data:
  default-setting.yaml: |
    {{- range $name, $value := .Values.defaultSettings }}
    {{- if not (kindIs "invalid" $value) }}
    {{ kebabcase $name }}: {{ toJson $value }}
    {{- end }}
    {{- end }}
`;

const SERVICE_ACCOUNT = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: longhorn-service-account
  namespace: {{ .Release.Namespace }}
  labels:
    {{- include "labels" . | nindent 4 }}
`;

// The release goes only after this has succeeded. One that failed stays, so that somebody can see why, until the next attempt.
const UNINSTALL = `apiVersion: batch/v1
kind: Job
metadata:
  name: longhorn-uninstall
  namespace: {{ .Release.Namespace }}
  annotations:
    helm.sh/hook: pre-delete
    helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
  labels:
    {{- include "labels" . | nindent 4 }}
spec:
  activeDeadlineSeconds: 900
  backoffLimit: 1
  template:
    metadata:
      labels:
        {{- include "labels" . | nindent 8 }}
    spec:
      restartPolicy: Never
      serviceAccountName: longhorn-service-account
      tolerations:
        {{- toYaml .Values.longhornManager.tolerations | nindent 8 }}
      containers:
        - name: longhorn-uninstall
          image: docker.io/longhornio/longhorn-manager:v{{ .Chart.AppVersion }}
          command: [longhorn-manager, uninstall, --force]
`;

// Whatever else is to be made, as the real chart writes it.
const EXTRA_OBJECTS = `{{- range .Values.extraObjects }}
---
{{- tpl (toYaml . | nindent 0) $ }}
{{- end }}
`;

/** Volumes that are kept on several machines. */
export const LONGHORN: ChartSource = {
  name: "longhorn",
  description: "Stand-in for Longhorn",
  publisher: "https://charts.longhorn.io",
  kubeVersion: ">=1.25.0-0",
  lines: ["1.12"],
  values: VALUES,
  templates: {
    "crds.yaml": LONGHORN_DEFINITIONS,
    "daemonset.yaml": MANAGER,
    "deployment-driver.yaml": DRIVER_DEPLOYER,
    "storageclass.yaml": STORAGE_CLASS,
    "default-setting.yaml": DEFAULT_SETTINGS,
    "serviceaccount.yaml": SERVICE_ACCOUNT,
    "uninstall-job.yaml": UNINSTALL,
    "extra-objects.yaml": EXTRA_OBJECTS,
  },
};
