import { valueAt } from "../addons/layers";
import type { Finding, Plan } from "../plan";
import { finding } from "./catalog";

/** What is on its way to GitOps, and what becomes of it there. */
export function judgeHandingOver(plan: Pick<Plan, "addons">): Finding[] {
  return [...judgeLeaving(plan), ...judgeRendering(plan)];
}

/** Half way: nobody would know from the cluster. */
function judgeLeaving({ addons }: Pick<Plan, "addons">): Finding[] {
  return Object.values(addons)
    .filter(({ managedBy }) => managedBy === "leaving")
    .map(({ key, name }) =>
      finding(
        "addon-leaving",
        `addons.${key}.managedBy`,
        `after this update, ${name} stays in the cluster when it is taken out of the stack`,
        "run lab up, then commit what lab plan --gitops prints and set managedBy to gitops; or take managedBy out again",
      ),
    );
}

/** The only chart among all that makes something up which Helm finds again in the cluster, and Argo CD does not. */
function judgeRendering({ addons: { argoCd, kubePrometheusStack: stack } }: Pick<Plan, "addons">): Finding[] {
  if (!argoCd || !stack || stack.managedBy === "stack" || valueAt(stack.values, "grafana.enabled") === false) return [];
  if (["grafana.admin.existingSecret", "grafana.adminPassword"].some((path) => valueAt(stack.values, path) !== undefined))
    return [];
  return [
    finding(
      "argo-cd-makes-up-password",
      "addons.kubePrometheusStack.grafana.adminSecret",
      "Argo CD asks no cluster when it renders a chart: Grafana's administrator has another password, and Grafana another pod, each time",
      "have the stack make a Secret with the keys admin-user and admin-password (proxmox-talos:secrets), and name it as adminSecret",
    ),
  ];
}
