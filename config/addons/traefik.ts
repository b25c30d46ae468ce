import { z } from "zod";
import { ingressShape } from "./ingress";
import { namespace, releaseShape } from "./release";

/** Traefik: requests from outside, and who answers them. */
export const traefik = z
  .strictObject({
    ...releaseShape("traefik", "traefik"),
    namespace: namespace("traefik"),
    ...ingressShape("Traefik", true),
    gatewayApi: z
      .boolean()
      .optional()
      .describe(
        "Answer for Gateways of the class traefik too, by default false: true or false, true where addons.gatewayApi is on",
      ),
  })
  .describe("Traefik: takes requests from outside to Services, its class is the default one");
