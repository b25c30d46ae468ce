import type { AddonContext } from "./definition";
import type { Values } from "./layers";

type Context = AddonContext<"kubePrometheusStack">;
type Exporter = NonNullable<Context["config"]["proxmoxExporter"]>;

const NAME = "pve-exporter";
const PORT = 9221;
const LABELS = { "app.kubernetes.io/name": NAME };

/** There is no chart of its own that its makers keep: a Deployment and a Service among the stack's further manifests. */
export function pveExporter({ secret, version }: Exporter, { config }: Context): Values {
  const metadata = { name: NAME, namespace: config.namespace, labels: LABELS };
  const container = {
    name: NAME,
    image: `docker.io/prompve/prometheus-pve-exporter:${version}`,
    args: ["--config.file", `/etc/prometheus/${secret.key}`],
    ports: [{ name: "http", containerPort: PORT }],
    readinessProbe: { httpGet: { path: "/", port: "http" } },
    resources: { requests: { cpu: "10m", memory: "64Mi" } },
    securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
    volumeMounts: [{ name: "config", mountPath: "/etc/prometheus", readOnly: true }],
  };
  return {
    pveExporter: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: 1,
        selector: { matchLabels: LABELS },
        template: {
          metadata: { labels: LABELS },
          spec: {
            automountServiceAccountToken: false,
            securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: "RuntimeDefault" } },
            containers: [container],
            volumes: [{ name: "config", secret: { secretName: secret.name } }],
          },
        },
      },
    },
    pveExporterService: {
      apiVersion: "v1",
      kind: "Service",
      metadata,
      spec: { selector: LABELS, ports: [{ name: "http", port: PORT, targetPort: "http" }] },
    },
  };
}

/** Every host is asked: each knows of all hosts of its cluster, and one that is down says nothing. */
export function pveJob({ site, config }: Context): Values {
  const hosts = Object.entries(site.proxmox.hosts).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    job_name: "pve",
    metrics_path: "/pve",
    params: { module: ["default"], cluster: ["1"], node: ["0"] },
    static_configs: hosts.map(([host, { address }]) => ({ targets: [address], labels: { host } })),
    relabel_configs: [
      { source_labels: ["__address__"], target_label: "__param_target" },
      { source_labels: ["__param_target"], target_label: "instance" },
      { target_label: "__address__", replacement: `${NAME}.${config.namespace}.svc:${PORT}` },
    ],
  };
}
