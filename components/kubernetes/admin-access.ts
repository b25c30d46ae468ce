import { parse } from "yaml";
import { z } from "zod";

/** How an administrator reaches the Kubernetes API. */
export interface AdminAccess {
  /** `https://<host>:6443` */
  readonly server: string;
  /** For the request's own options. */
  readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer };
}

/** The part of an admin kubeconfig that is read, as Talos writes it. */
const shape = z.object({
  clusters: z.tuple([z.object({ cluster: z.object({ server: z.url(), "certificate-authority-data": z.base64() }) })]),
  users: z.tuple([z.object({ user: z.object({ "client-certificate-data": z.base64(), "client-key-data": z.base64() }) })]),
});

/**
 * Reads a kubeconfig.
 *
 * @throws {Error} when it is not one that Talos hands out; never with anything of it
 */
export function adminAccess(kubeconfig: string): AdminAccess {
  const parsed = shape.safeParse(documentOf(kubeconfig));
  if (!parsed.success) throw new Error("the kubeconfig is not one of Talos'");
  const [{ cluster }] = parsed.data.clusters;
  const [{ user }] = parsed.data.users;
  const decode = (text: string): Buffer => Buffer.from(text, "base64");
  return {
    server: cluster.server,
    tls: {
      ca: decode(cluster["certificate-authority-data"]),
      cert: decode(user["client-certificate-data"]),
      key: decode(user["client-key-data"]),
    },
  };
}

function documentOf(text: string): unknown {
  try {
    return parse(text);
  } catch {
    return undefined;
  }
}
