import { ARGO_CD_DEFAULTS as DEFAULTS } from "../../config/addons/argo-cd";
import { credentialOf } from "../../config/addons/gitops";
import type { PlannedSecret } from "../plan";
import { argoCdUrl } from "./argo-cd-resources";
import type { AddonConfig, AddonContext } from "./definition";

type Config = AddonConfig<"argoCd">;

/** Label by which Argo CD finds what a Secret is. */
const TYPE_LABEL = "argocd.argoproj.io/secret-type";

/** Repositories and further clusters: Argo CD keeps each in a Secret, secret or not. */
export function argoCdSecrets({ config }: Pick<AddonContext<"argoCd">, "config">): PlannedSecret[] {
  return [
    ...Object.entries(config.repositories).map(([name, each]) => repository(name, each)),
    ...Object.entries(config.clusters).map(([name, each]) => cluster(name, each)),
  ];
}

function repository(name: string, config: Config["repositories"][string]): PlannedSecret {
  const { url, type = DEFAULTS.type, username = "" } = config;
  const isRegistry = url.startsWith("oci://");
  const credential = credentialOf(config);
  return {
    name: `repository-${name}`,
    labels: { [TYPE_LABEL]: "repository" },
    ...(credential === undefined ? {} : { secret: `argocd:repository-${name}` as const }),
    data: {
      name,
      url: argoCdUrl(url),
      type: isRegistry ? "helm" : type,
      ...(isRegistry ? { enableOCI: "true" } : {}),
      ...(credential === "password" ? { username, password: "<secret>" } : {}),
      ...(credential === "sshKey" ? { sshPrivateKey: "<secret>" } : {}),
    },
  };
}

function cluster(name: string, { server, caData }: Config["clusters"][string]): PlannedSecret {
  const trust = caData === undefined ? "" : `,"tlsClientConfig":{"caData":${JSON.stringify(caData)}}`;
  return {
    name: `cluster-${name}`,
    labels: { [TYPE_LABEL]: "cluster" },
    secret: `argocd:cluster-${name}`,
    data: { name, server, config: `{"bearerToken":<secret as JSON>${trust}}` },
  };
}
