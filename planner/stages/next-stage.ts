import type { StackConfig } from "../../config/schema";
import { ENVIRONMENT_CLASSES } from "../../config/metadata";
import type { Plan } from "../plan";
import { NO_CHANGE, together } from "./change";
import type { StageChange } from "./change";
import { agents, controlPlanes } from "./machines";
import type { Stage } from "./stage";

/**
 * What takes a stack from one stage to another one, with every stage between them. Nothing that stands is renamed, moved or taken away.
 *
 * @param config the stack file that is in force
 * @param plan its plan
 */
export function stageChange(config: StackConfig, plan: Plan, from: Stage, to: Stage): StageChange {
  const steps: Readonly<Record<Stage, () => StageChange>> = {
    1: () => NO_CHANGE,
    2: () => observability(config),
    3: () => agents(config, plan),
    4: () =>
      together([agents(config, plan), controlPlanes(config, plan), endpoint(plan), snapshots(config), environment(config)]),
  };
  // Stage 4 has the agents of stage 3 already.
  const stages = ([2, 3, 4] as const).filter((stage) => stage > from && stage <= to && !(stage === 3 && to === 4));
  return together(stages.map((stage) => steps[stage]()));
}

function observability({ addons }: StackConfig): StageChange {
  const missing = (["kubePrometheusStack", "loki", "tempo", "alloy"] as const).filter((key) => addons[key] === undefined);
  if (missing.length === 0) return NO_CHANGE;
  const note =
    "metrics, logs and traces run beside the workloads that they watch: see what they ask for with `lab plan --addons`, and that there is room for it";
  return { ...NO_CHANGE, added: { addons: Object.fromEntries(missing.map((key) => [key, {}])) }, assumed: [note] };
}

/** An address that outlives each of the control planes. */
function endpoint({ endpoint: { kind, host } }: Plan): StageChange {
  if (kind === "dns") {
    const note = `${host} leads to a load balancer from now on, which is not this stack's: it has to be there first; DNS round-robin would be no failover`;
    return { ...NO_CHANGE, replaced: { "network.endpoint": { loadBalancer: host } }, assumed: [note] };
  }
  if (kind !== "machine") return NO_CHANGE;
  return {
    ...NO_CHANGE,
    replaced: { "network.endpoint": {} },
    needs: [{ path: "network.endpoint.vip", what: "an address of the machines' network that nobody has" }],
    assumed: [`the API moves from ${host} to another address: the kubeconfig is handed out anew`],
  };
}

function snapshots({ talos }: StackConfig): StageChange {
  if (talos.etcdBackup) return NO_CHANGE;
  const path = "talos.etcdBackup";
  return {
    ...NO_CHANGE,
    added: { talos: { etcdBackup: { s3: {} } } },
    needs: [
      { path: `${path}.s3.bucket`, what: "a bucket outside of the cluster, and .endpoint and .region where it is not Amazon's" },
      { path: `${path}.s3.accessKeyId`, what: "the id of its access key" },
      { path: `${path}.ageRecipient`, what: "the public key of age that snapshots are encrypted for" },
    ],
    assumed: ["the access key's secret is the stack's: pulumi config set --secret etcd-backup:secretAccessKey"],
  };
}

/** Several pods of everything, and budgets that keep a drain from taking all of them at once. */
function environment({ metadata }: StackConfig): StageChange {
  if (ENVIRONMENT_CLASSES[metadata.environment] === "prod") return NO_CHANGE;
  const note = `environment ${metadata.environment} becomes prod: add-ons get several pods, disruption budgets and larger requests`;
  return { ...NO_CHANGE, added: { metadata: { environment: "prod" } }, assumed: [note] };
}
