import type { ChartSource } from "./chart-source";
import { workload } from "./chart-source";

const FULL_NAME = '{{ include "fullname" . }}';

/** What a pod reads its access to Proxmox from. */
const CONFIG = `volumes:
  - name: cloud-config
    secret:
      secretName: {{ .Values.existingConfigSecret }}
      items:
        - key: {{ .Values.existingConfigSecretKey }}
          path: config.yaml`;

/** Nodes by their VMs. */
export const PROXMOX_CCM: ChartSource = {
  name: "proxmox-cloud-controller-manager",
  description: "Stand-in for the Proxmox cloud controller manager",
  publisher: "oci://ghcr.io/sergelogvinov/charts",
  lines: ["0.2"],
  patches: 40,
  values: `replicaCount: 1
enabledControllers: [cloud-node, cloud-node-lifecycle]
existingConfigSecret: proxmox-cloud-controller-manager
existingConfigSecretKey: config.yaml
podAnnotations: {}
resources:
  requests:
    cpu: 10m
    memory: 32Mi
`,
  templates: {
    "deployment.yaml": workload({
      kind: "Deployment",
      name: FULL_NAME,
      labels: {
        "app.kubernetes.io/name": "proxmox-cloud-controller-manager",
        "app.kubernetes.io/instance": "{{ .Release.Name }}",
      },
      image: "ghcr.io/sergelogvinov/proxmox-cloud-controller-manager:v{{ .Chart.AppVersion }}",
      replicas: "{{ .Values.replicaCount }}",
      pod: `priorityClassName: system-cluster-critical
tolerations:
  - effect: NoSchedule
    key: node-role.kubernetes.io/control-plane
    operator: Exists
${CONFIG}`,
      container: `args:
  - --cloud-provider=proxmox
  - --controllers={{ join "," .Values.enabledControllers }}
resources:
  {{- toYaml .Values.resources | nindent 12 }}
volumeMounts:
  - name: cloud-config
    mountPath: /etc/proxmox
    readOnly: true`,
    }),
  },
};

const CLASSES = `{{- range .Values.storageClass }}
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata:
  name: {{ .name }}
  {{- with .annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
provisioner: csi.proxmox.sinextra.dev
allowVolumeExpansion: true
volumeBindingMode: WaitForFirstConsumer
reclaimPolicy: {{ .reclaimPolicy | default "Delete" }}
parameters:
  csi.storage.k8s.io/fstype: {{ .fstype | default "ext4" }}
  storage: {{ .storage }}
  {{- with .cache }}
  cache: {{ . }}
  {{- end }}
  {{- if .ssd }}
  ssd: {{ .ssd | quote }}
  {{- end }}
---
{{- end }}
`;

const DRIVER = `apiVersion: storage.k8s.io/v1
kind: CSIDriver
metadata:
  name: csi.proxmox.sinextra.dev
spec:
  attachRequired: true
  podInfoOnMount: true
  storageCapacity: true
`;

/** Volumes that are disks of VMs; nothing provisions any behind the stand-in. */
export const PROXMOX_CSI: ChartSource = {
  name: "proxmox-csi-plugin",
  description: "Stand-in for the Proxmox CSI plugin",
  publisher: "oci://ghcr.io/sergelogvinov/charts",
  lines: ["0.5"],
  values: `replicaCount: 1
existingConfigSecret: proxmox-csi-plugin
existingConfigSecretKey: config.yaml
podAnnotations: {}
storageClass: []
controller:
  plugin:
    resources: {}
node:
  nodeSelector: {}
  tolerations: []
`,
  templates: {
    "storageclass.yaml": CLASSES,
    "csidriver.yaml": DRIVER,
    "controller.yaml": workload({
      kind: "Deployment",
      name: `${FULL_NAME}-controller`,
      labels: { "app.kubernetes.io/component": "controller", "app.kubernetes.io/instance": "{{ .Release.Name }}" },
      image: "ghcr.io/sergelogvinov/proxmox-csi-controller:v{{ .Chart.AppVersion }}",
      replicas: "{{ .Values.replicaCount }}",
      pod: `priorityClassName: system-cluster-critical
${CONFIG}`,
      container: `resources:
  {{- toYaml .Values.controller.plugin.resources | nindent 12 }}
volumeMounts:
  - name: cloud-config
    mountPath: /etc/proxmox/`,
    }),
    "node.yaml": workload({
      kind: "DaemonSet",
      name: `${FULL_NAME}-node`,
      labels: { "app.kubernetes.io/component": "node", "app.kubernetes.io/instance": "{{ .Release.Name }}" },
      image: "ghcr.io/sergelogvinov/proxmox-csi-node:v{{ .Chart.AppVersion }}",
      pod: `priorityClassName: system-node-critical
nodeSelector:
  {{- toYaml .Values.node.nodeSelector | nindent 8 }}
tolerations:
  {{- toYaml .Values.node.tolerations | nindent 8 }}
volumes:
  - name: kubelet
    hostPath:
      path: /var/lib/kubelet
      type: Directory`,
      container: `securityContext:
  privileged: true
volumeMounts:
  - name: kubelet
    mountPath: /var/lib/kubelet
    mountPropagation: Bidirectional`,
    }),
  },
};
