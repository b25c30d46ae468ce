import { definition } from "./definition";
import type { DefinitionSource } from "./definition";
import { ANYTHING, FLAG, integer, list, object, text } from "./schema";

const ARGO = { group: "argoproj.io", scope: "Namespaced", versions: ["v1alpha1"] } as const;

const PLACE = object({ name: text(), namespace: text(), server: text() });

const KIND = object({ "group!": text(), "kind!": text(), name: text() });

const PROJECT = object({
  description: text(),
  sourceRepos: list(text()),
  destinations: list(PLACE),
  clusterResourceWhitelist: list(KIND),
  clusterResourceBlacklist: list(KIND),
  namespaceResourceWhitelist: list(ANYTHING),
  namespaceResourceBlacklist: list(ANYTHING),
  destinationServiceAccounts: list(ANYTHING),
  orphanedResources: ANYTHING,
  permitOnlyProjectScopedClusters: FLAG,
  roles: list(ANYTHING),
  signatureKeys: list(ANYTHING),
  sourceNamespaces: list(text()),
  syncWindows: list(ANYTHING),
});

const SOURCE = object({
  "repoURL!": text(),
  path: text(),
  chart: text(),
  targetRevision: text(),
  ref: text(),
  name: text(),
  helm: ANYTHING,
  kustomize: ANYTHING,
  directory: ANYTHING,
  plugin: ANYTHING,
});

const APPLICATION = object({
  "project!": text(),
  "destination!": PLACE,
  source: SOURCE,
  sources: list(SOURCE),
  sourceHydrator: ANYTHING,
  syncPolicy: object({
    automated: object({ enabled: FLAG, prune: FLAG, selfHeal: FLAG, allowEmpty: FLAG }),
    managedNamespaceMetadata: ANYTHING,
    retry: ANYTHING,
    syncOptions: list(text()),
  }),
  ignoreDifferences: list(ANYTHING),
  info: list(ANYTHING),
  revisionHistoryLimit: integer(0, 1_000_000),
});

const KINDS: readonly DefinitionSource[] = [
  { ...ARGO, kind: "Application", fields: { spec: APPLICATION, operation: ANYTHING } },
  { ...ARGO, kind: "ApplicationSet" },
  { ...ARGO, kind: "AppProject", fields: { spec: PROJECT } },
];

/** Kinds of Argo CD 3.4 (templates/crds of the chart 10). */
export const ARGO_CD_DEFINITIONS = KINDS.map(definition);
