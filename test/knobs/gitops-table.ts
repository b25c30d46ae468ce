import { ALL_ADDONS } from "../../planner/addons/registry";
import type { AddonKey } from "../../planner/plan";
import { minimal } from "../addons";
import type { Edits, Knob } from "./table";

const KEYS = "example.org ssh-ed25519 AAAA";

/** Settings of what makes a cluster what a repository says; `*` is the one of its kind. */
export const GITOPS_SETTINGS = {
  flux: {
    namespace: "fluxcd",
    distribution: "2.8.6",
    "components[]": ["source-controller", "kustomize-controller"],
    size: "large",
    multitenant: true,
    networkPolicy: false,
    "sync.url": "https://example.org/platform/other.git",
    "sync.ref": "refs/heads/stable",
    "sync.path": "elsewhere",
    "sync.intervalMinutes": 7,
    "sync.username": "robot",
    "sync.knownHosts": KEYS,
  },
  argoCd: {
    namespace: "argo",
    domain: "argocd.example.org",
    replicas: 2,
    redisHa: true,
    knownHosts: KEYS,
    "repositories.*.url": "https://example.org/platform/other.git",
    "repositories.*.type": "helm",
    "repositories.*.username": "robot",
    "projects.*.description": "Everything",
    "projects.*.repositories[]": ["other"],
    "projects.*.destinations[].cluster": [{ namespace: "apps", cluster: "one" }],
    "projects.*.destinations[].namespace": [{ namespace: "others" }],
    "projects.*.clusterResources": true,
    "applications.*.project": "one",
    "applications.*.repository": "other",
    "applications.*.path": "elsewhere",
    "applications.*.ref": "stable",
    "applications.*.cluster": "one",
    "applications.*.namespace": "apps",
    "applications.*.sync": "manual",
    "applications.*.prune": true,
    "clusters.*.server": "https://10.9.0.98:6443",
    "clusters.*.caData": "QUJD",
  },
} as const;

/** What is written first, by add-on, so that a knob means something. */
export const GITOPS_GIVEN: Readonly<Record<string, Edits>> = {
  argoCd: {
    "addons.argoCd": {
      repositories: {
        one: { url: "https://example.org/platform/one.git" },
        other: { url: "https://example.org/platform/fleet.git" },
      },
      projects: { one: { repositories: ["one"], destinations: [{ namespace: "apps" }] } },
      applications: { one: { repository: "one", path: "apps" } },
      clusters: { one: { server: "https://10.9.0.99:6443" } },
    },
  },
};

/** Settings that need another one, by path. */
export const GITOPS_NEEDS: Readonly<Record<string, Edits>> = {
  "addons.flux.sync.knownHosts": {
    "addons.flux.sync": { url: "ssh://git@example.org/platform/fleet.git", knownHosts: "example.org ssh-ed25519 BBBB" },
  },
  // An application comes from no repository of charts.
  "addons.argoCd.repositories.*.type": { "addons.argoCd.applications": {} },
};

/** What the stack keeps: a fresh cluster cannot wait for GitOps to install it, or its values follow from the machines. */
const FOUNDATIONS: readonly AddonKey[] = [
  "argoCd",
  "cilium",
  "flux",
  "gatewayApi",
  "kubeletCsrApprover",
  "longhorn",
  "proxmoxCcm",
  "proxmoxCsi",
];

const isFoundation = (key: AddonKey): boolean => FOUNDATIONS.includes(key);

/** What GitOps can take over can be left to it. */
export const LEAVING: Readonly<Record<string, Knob>> = Object.fromEntries(
  ALL_ADDONS.filter(({ key }) => !isFoundation(key)).map(({ key }): [string, Knob] => [
    `addons.${key}.managedBy`,
    { turned: { [`addons.${key}.managedBy`]: "leaving" }, given: { "addons.flux": minimal("flux") } },
  ]),
);
