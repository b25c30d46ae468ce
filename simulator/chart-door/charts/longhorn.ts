import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";
import { LONGHORN_DEFINITIONS } from "./longhorn-definitions";

const VALUES = `preUpgradeChecker:
  jobEnabled: true
defaultSettings:
  defaultDataPath: /var/lib/longhorn
  deletingConfirmationFlag: false
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
  pod: `tolerations:
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
  pod: `tolerations:
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

// Made once what it is one of exists, as the manager does, so no part of the release: left behind, its finalizer keeps the
// definition, and with it the namespace, from going.
const SETTING = `apiVersion: longhorn.io/v1beta2
kind: Setting
metadata:
  name: default-data-path
  namespace: {{ .Release.Namespace }}
  annotations:
    helm.sh/hook: post-install
  finalizers: [longhorn.io]
value: {{ .Values.defaultSettings.defaultDataPath | quote }}
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
    "setting.yaml": SETTING,
  },
};
