import { z } from "zod";
import { hostOrAddress, integer, label } from "./fields";

/** What runs elsewhere and is used from here: nothing is created but a name inside of the cluster. */
export const externals = z
  .record(
    label("Name of the Service it is reached as"),
    z
      .strictObject({
        host: hostOrAddress("Where it runs"),
        port: integer("Port it listens on", 1, 65_535),
        namespace: label("Namespace of the Service, created where nothing else brings it").default("default"),
      })
      .describe("A service outside of the cluster: { host: db.example.org, port: 5432 }"),
  )
  .default({})
  .describe("Services outside of the cluster by name, for instance postgresql");
