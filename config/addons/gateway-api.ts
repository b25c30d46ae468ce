import { z } from "zod";
import { foundationShape, namespace } from "./release";

/** Definitions of the Gateway API, which come before whoever answers for them. */
export const gatewayApi = z
  .strictObject({
    ...foundationShape("gatewayApi", "gateway-api-crds"),
    namespace: namespace("gateway-api"),
  })
  .describe("The kinds of the Gateway API (Gateway, HTTPRoute and others), without anybody who answers for them");
