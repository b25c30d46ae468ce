import { z } from "zod";
import { amount, integer, label, whenRight } from "./fields";

/** Price that nobody mistypes by more. */
const MOST = 10_000_000;

const bounds = z
  .strictObject({
    from: amount("Least it costs", 0, MOST),
    to: amount("Most it costs, by default not known", 0, MOST).optional(),
  })
  .refine(({ from, to }) => to === undefined || to >= from, {
    path: ["to"],
    error: "less than from",
    when: whenRight("from", "to"),
  })
  .describe("From least to most: { from: 25, to: 30 }");

/** An amount of money, or what is known of it. */
function price(what: string) {
  return z
    .union([amount(what, 0, MOST), bounds])
    .describe(
      `${what}: a number from 0 to ${MOST}, or what is known of it: { from: 25, to: 30 }, or { from: 50 } for 50 and more`,
    );
}

function currency(byDefault: string) {
  return z
    .string()
    .regex(/^[A-Z]{3}$/)
    .describe(`Currency, an ISO 4217 code such as EUR, by default ${byDefault}`);
}

/** What a host costs, or a machine that is no VM. */
export function costOf(what: string) {
  return z
    .strictObject({
      /** By item, so that the sum is written nowhere and cannot disagree with its parts. */
      purchase: z
        .record(z.string().min(1), price("Price paid once"))
        .optional()
        .describe("Prices paid once, by item: { server: 388.30, memory: 45 }"),
      rentPerMonth: price("Rent per month").optional(),
      powerWatts: integer("Average power drawn in watts, by default not known", 0, 100_000).optional(),
      currency: currency("costs.currency").optional(),
    })
    .describe(what);
}

/** What is paid beside hosts and machines, and what it is reckoned with. */
export const costs = z
  .strictObject({
    currency: currency("EUR").default("EUR"),
    electricityPerKwh: amount("Price of a kilowatt-hour, by default not known", 0, 1000).optional(),
    months: integer("Months that costs are added up over", 1, 600).default(36),
    services: z
      .record(
        label("Name of a service, that of an entry under externals for what that costs"),
        z
          .strictObject({ perMonth: price("Price per month"), currency: currency("costs.currency").optional() })
          .describe("A service that is paid for: { perMonth: 15 }"),
      )
      .default({})
      .describe("What else is paid for every month, by name: a database, a load balancer, a bucket"),
  })
  .prefault({})
  .describe("What the stack costs beside its hosts and machines, and what that is reckoned with");
