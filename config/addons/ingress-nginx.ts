import { z } from "zod";
import { ingressShape } from "./ingress";
import { namespace, releaseShape } from "./release";

/** ingress-nginx, for those who are still on their way to another one. */
export const ingressNginx = z
  .strictObject({
    ...releaseShape("ingressNginx", "ingress-nginx"),
    namespace: namespace("ingress-nginx"),
    ...ingressShape("ingress-nginx", false),
  })
  .describe("ingress-nginx, whose maintenance ended in March 2026: a finding asks why it is still there");
