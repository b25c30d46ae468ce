import { definition } from "./definition";
import type { DefinitionSource } from "./definition";
import { ANYTHING, FLAG, TEXTS, list, object, rule, text } from "./schema";

const FLUX = { group: "fluxcd.controlplane.io", scope: "Namespaced", versions: ["v1"] } as const;

const COMPONENTS = [
  "source-controller",
  "kustomize-controller",
  "helm-controller",
  "notification-controller",
  "image-reflector-controller",
  "image-automation-controller",
  "source-watcher",
];

const INSTANCE = object({
  "distribution!": object({
    "version!": text(),
    "registry!": text(),
    variant: text("upstream-alpine", "enterprise-alpine", "enterprise-distroless", "enterprise-distroless-fips"),
    artifact: { ...text(), pattern: "^oci://.*$" },
    artifactPullSecret: text(),
    imagePullSecret: text(),
  }),
  components: list(text(...COMPONENTS)),
  commonMetadata: object({ annotations: TEXTS, labels: TEXTS }),
  cluster: object({
    domain: text(),
    multitenant: FLAG,
    multitenantWorkloadIdentity: FLAG,
    networkPolicy: FLAG,
    objectLevelWorkloadIdentity: FLAG,
    size: text("small", "medium", "large"),
    tenantDefaultServiceAccount: text(),
    tenantDefaultDecryptionServiceAccount: text(),
    tenantDefaultKubeConfigServiceAccount: text(),
    type: text("kubernetes", "openshift", "aws", "azure", "gcp"),
  }),
  sharding: object({ key: text(), "shards!": list(text()), storage: text("ephemeral", "persistent") }),
  storage: object({ "class!": text(), "size!": text() }),
  kustomize: ANYTHING,
  wait: FLAG,
  migrateResources: FLAG,
  sync: object(
    {
      "kind!": text("OCIRepository", "GitRepository", "Bucket"),
      "url!": text(),
      "ref!": text(),
      "path!": text(),
      interval: { ...text(), pattern: "^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$" },
      name: text(),
      provider: text("generic", "aws", "azure", "gcp", "github"),
      pullSecret: text(),
    },
    rule(
      "!has(self.provider) || self.provider != 'github' || self.kind == 'GitRepository'",
      "sync.provider 'github' is only supported for GitRepository",
    ),
  ),
});

const KINDS: readonly DefinitionSource[] = [
  { ...FLUX, kind: "FluxInstance", fields: { spec: INSTANCE } },
  { ...FLUX, kind: "FluxReport" },
  { ...FLUX, kind: "ResourceSet" },
  { ...FLUX, kind: "ResourceSetInputProvider" },
];

/** Kinds of the Flux operator 0.49 (templates/crds.yaml). */
export const FLUX_DEFINITIONS = KINDS.map(definition);
