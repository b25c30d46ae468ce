import { ALLOY_DEFAULTS } from "../../config/addons/alloy";
import { inUrl } from "../addresses";
import { anyAddress } from "../kubernetes";
import { alloyConfig } from "./alloy-config";
import type { AddonContext, AddonDefinition } from "./definition";
import type { Values } from "./layers";
import { OTLP_PORTS, telemetryOf } from "./telemetry";

type Context = AddonContext<"alloy">;

/** Port of its own metrics, from the chart's values. */
const PORT = 12345;

/** Folder of the machine in which a collector remembers how far it has read: without it, every restart sends all files again. */
const MEMORY = "/var/lib/alloy";

/** What a collector asks for on each machine: assumed. */
const REQUESTS = { homelab: { cpu: "30m", memory: "128Mi" }, prod: { cpu: "100m", memory: "256Mi" } } as const;

/** The collector of logs, traces and metrics, one on each machine. */
export const alloy: AddonDefinition<"alloy"> = {
  key: "alloy",
  chart: "alloy",
  publisher: "https://grafana.github.io/helm-charts",
  // It reads the machine's log files.
  podSecurity: "privileged",
  // Not what it writes to: it waits for them by itself and loses nothing meanwhile.
  needs: ["network"],
  metrics: { service: "alloy", port: PORT },
  plan: (context) => ({
    base: base(context),
    overlays: {
      homelab: { alloy: { resources: { requests: REQUESTS.homelab } } },
      prod: { alloy: { resources: { requests: REQUESTS.prod } } },
    },
    // A DaemonSet has one pod on each machine, whatever it is told, and drains leave it alone.
    idle: [{ at: "controller.replicas" }, { at: "controller.autoscaling" }],
    facts: {},
  }),
};

/** Chart values of a collector that may read files and ask which pods there are, and nothing else. */
function base(context: Context): Values {
  const { site, setting } = context;
  const machineLogs = setting("machineLogs").or(ALLOY_DEFAULTS.machineLogs);
  const otlp = setting("otlp").or(ALLOY_DEFAULTS.otlp);
  const { logs, traces, metrics } = telemetryOf(context);
  const config = alloyConfig({
    logs,
    traces,
    metrics,
    clusterName: site.metadata.name,
    machineLogs: machineLogs.value,
    otlp: otlp.value,
    listenOn: inUrl(anyAddress(site)),
  });
  return {
    alloy: {
      configMap: { content: (otlp.origin.layer === "stack" ? otlp : machineLogs).as(() => config) },
      enableReporting: false,
      storagePath: MEMORY,
      mounts: { varlog: logs !== undefined, extra: [{ name: "memory", mountPath: MEMORY }] },
      extraPorts: otlp.as((on) => (on ? ports() : [])),
      // Root, for the files are root's, and nothing else that root has.
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { drop: ["ALL"], add: ["DAC_READ_SEARCH"] },
        seccompProfile: { type: "RuntimeDefault" },
      },
    },
    controller: {
      volumes: { extra: [{ name: "memory", hostPath: { path: MEMORY } }] },
      // Logs of control planes and of machines with taints count as well.
      tolerations: [{ operator: "Exists" }],
    },
    // What applications send stays on their machine until it is known which pod it comes from.
    service: { internalTrafficPolicy: "Local" },
    // Both lists need an entry: the chart writes a broken role where one of them is empty.
    rbac: { rules: [mayRead("pods")], clusterRules: [mayRead("namespaces")] },
    // Only what selects logs by resources of its own needs them.
    crds: { create: false },
  };
}

function mayRead(resource: string): Values {
  return { apiGroups: [""], resources: [resource], verbs: ["get", "list", "watch"] };
}

function ports(): Values[] {
  return Object.entries(OTLP_PORTS).map(([protocol, port]) => ({
    name: `otlp-${protocol}`,
    port,
    targetPort: port,
    protocol: "TCP",
  }));
}
