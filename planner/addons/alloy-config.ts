import { block, list, render, set, text } from "./alloy-syntax";
import type { Statement } from "./alloy-syntax";
import { OTLP_PORTS } from "./telemetry";
import type { Telemetry } from "./telemetry";

type Block = ReturnType<typeof block>;

/** What a collector is made of. */
export interface Collector extends Telemetry {
  /** Label `cluster` of every line. */
  readonly clusterName: string;
  /** Whether logs of Talos and the kernel are read. */
  readonly machineLogs: boolean;
  /** Whether applications may send what they have to say themselves. */
  readonly otlp: boolean;
  /** Address that they send it to, as URLs have it; all of the pod's, for instance `0.0.0.0`. */
  readonly listenOn: string;
}

/** Name of the machine a collector runs on, which the chart hands to it. */
const NODE = 'sys.env("K8S_NODE_NAME")';

/** Labels of a pod's lines, by what Kubernetes knows of it. Few and steady: each combination is a stream of its own. */
const POD_LABELS = {
  namespace: "namespace",
  pod: "pod_name",
  container: "pod_container_name",
  app: "pod_label_app_kubernetes_io_name",
  node: "pod_node_name",
} as const;

/** The configuration of a collector: only parts whose receiver is on. */
export function alloyConfig(collector: Collector): string {
  const { logs, machineLogs, otlp } = collector;
  return render([
    block("logging", undefined, set("level", text("warn")), set("format", text("logfmt"))),
    ...(logs === undefined ? [] : [...podLogs(), ...(machineLogs ? talosLogs() : []), lokiWriter(logs, collector.clusterName)]),
    ...(otlp ? openTelemetry(collector) : []),
  ]);
}

/** Files of the pods on this machine, as the container runtime writes them. */
function podLogs(): Block[] {
  const meta = (name: string): string => text(`__meta_kubernetes_${name}`);
  const rules = Object.entries(POD_LABELS).map(([label, from]) =>
    block("rule", undefined, set("source_labels", list([meta(from)])), set("target_label", text(label))),
  );
  return [
    block(
      "discovery.kubernetes",
      "pods",
      set("role", text("pod")),
      block("selectors", undefined, set("role", text("pod")), set("field", `"spec.nodeName=" + ${NODE}`)),
    ),
    block(
      "discovery.relabel",
      "pods",
      set("targets", "discovery.kubernetes.pods.targets"),
      ...rules,
      // By name, which static pods have as well: the id in their folder is not the one the API knows.
      block(
        "rule",
        undefined,
        set("source_labels", list(["namespace", "pod_name", "pod_container_name"].map(meta))),
        set("separator", text("/")),
        set("regex", text("(.+)/(.+)/(.+)")),
        set("target_label", text("__path__")),
        set("replacement", text("/var/log/pods/${1}_${2}_*/${3}/*.log")),
      ),
    ),
    fileSource("pods", "discovery.relabel.pods.output"),
    block("loki.process", "pods", block("stage.cri", undefined), dropFile(), set("forward_to", LOKI)),
  ];
}

/** What Talos' services and the kernel say: since 1.12 it is in files of its own. */
function talosLogs(): Block[] {
  return [
    fileSource("talos", `[{__path__ = "/var/log/*.log", job = "talos", node = ${NODE}}]`),
    block(
      "loki.process",
      "talos",
      block(
        "stage.regex",
        undefined,
        set("expression", text("^/var/log/(?P<service>[^/]+)[.]log$")),
        set("source", text("filename")),
      ),
      block("stage.labels", undefined, set("values", '{service = ""}')),
      dropFile(),
      set("forward_to", LOKI),
    ),
  ];
}

const LOKI = "[loki.write.loki.receiver]";

function fileSource(label: string, targets: string): Block {
  return block(
    "loki.source.file",
    label,
    set("targets", targets),
    set("forward_to", `[loki.process.${label}.receiver]`),
    block("file_match", undefined, set("enabled", "true")),
  );
}

/** A file's name says what labels say already, and changes with every restart. */
function dropFile(): Block {
  return block("stage.label_drop", undefined, set("values", list([text("filename")])));
}

function lokiWriter(url: string, clusterName: string): Block {
  return block(
    "loki.write",
    "loki",
    block("endpoint", undefined, set("url", text(`${url}/loki/api/v1/push`))),
    set("external_labels", `{cluster = ${text(clusterName)}}`),
  );
}

/** What applications send, with the pod it comes from. */
function openTelemetry({ logs, traces, metrics, listenOn }: Collector): Block[] {
  const receivers = { metrics: metrics.length > 0, logs: logs !== undefined, traces: traces !== undefined };
  const signals = (["metrics", "logs", "traces"] as const).filter((signal) => receivers[signal]);
  if (signals.length === 0) return [];
  const to = (target: string): Statement =>
    block("output", undefined, ...signals.map((signal) => set(signal, `[${target}.input]`)));
  const exporters = {
    metrics: "otelcol.exporter.prometheus.prometheus",
    logs: "otelcol.exporter.otlphttp.loki",
    traces: "otelcol.exporter.otlp.tempo",
  };
  const listen = (protocol: keyof typeof OTLP_PORTS): Block =>
    block(protocol, undefined, set("endpoint", text(`${listenOn}:${OTLP_PORTS[protocol]}`)));
  return [
    block("otelcol.receiver.otlp", "applications", listen("grpc"), listen("http"), to("otelcol.processor.k8sattributes.pods")),
    block(
      "otelcol.processor.k8sattributes",
      "pods",
      block(
        "extract",
        undefined,
        set("metadata", list(["k8s.namespace.name", "k8s.pod.name", "k8s.pod.uid", "k8s.node.name"].map(text))),
      ),
      block("filter", undefined, set("node", NODE)),
      block("pod_association", undefined, block("source", undefined, set("from", text("connection")))),
      to("otelcol.processor.batch.all"),
    ),
    block(
      "otelcol.processor.batch",
      "all",
      block("output", undefined, ...signals.map((signal) => set(signal, `[${exporters[signal]}.input]`))),
    ),
    ...(metrics.length > 0 ? prometheusWriter(metrics) : []),
    ...(logs === undefined
      ? []
      : [block("otelcol.exporter.otlphttp", "loki", block("client", undefined, set("endpoint", text(`${logs}/otlp`))))]),
    ...(traces === undefined
      ? []
      : [
          block(
            "otelcol.exporter.otlp",
            "tempo",
            block("client", undefined, set("endpoint", text(traces)), block("tls", undefined, set("insecure", "true"))),
          ),
        ]),
  ];
}

/** Exemplars go along: they are what leads from a metric to a trace. */
function prometheusWriter(urls: readonly string[]): Block[] {
  return [
    block("otelcol.exporter.prometheus", "prometheus", set("forward_to", "[prometheus.remote_write.prometheus.receiver]")),
    block("prometheus.remote_write", "prometheus", ...urls.map((url) => block("endpoint", undefined, set("url", text(url))))),
  ];
}
