import { z } from "zod";
import { hostOrAddress, integer, label, whenRight } from "../fields";

/** How bad an alert is, as its label `severity` says. */
export const SEVERITIES = ["critical", "warning", "info"] as const;

/** Ways to tell somebody. */
export const CHANNELS = ["email", "slack", "webhook", "pagerduty"] as const;

/** A value in a Secret of the namespace: it never stands in a stack file. */
export function secretKey(what: string, key: string) {
  return z
    .strictObject({
      name: label("Name of the Secret"),
      key: z
        .string()
        .regex(/^[-._a-zA-Z0-9]{1,253}$/)
        .default(key)
        .describe(`Key in the Secret, by default ${key}`),
    })
    .describe(`Secret in the namespace of the release with ${what}`);
}

const address = (what: string): z.ZodString =>
  z
    .string()
    .regex(/^[^@\s]+@[^@\s]+$/)
    .describe(`${what}, an address such as ops@example.org`);

const email = z
  .strictObject({
    to: address("Who is written to"),
    from: address("Who writes"),
    server: hostOrAddress("Mail server"),
    port: integer("Port of the mail server", 1, 65_535).default(587),
    username: z.string().min(1).describe("Name at the mail server, by default none").optional(),
    password: secretKey("the password", "password").optional(),
  })
  .describe("By mail, with TLS wherever the server has it");

const slack = z
  .strictObject({
    channel: z
      .string()
      .regex(/^[#@][^\s]+$/)
      .describe("Channel, for instance #alerts"),
    url: secretKey("the URL of the incoming webhook", "url"),
  })
  .describe("To Slack, or what understands its webhooks, such as Mattermost");

const webhook = z
  .strictObject({ url: secretKey("the URL", "url") })
  .describe(
    "To any URL, in Alertmanager's own format: a bridge to ntfy, Matrix or Telegram, or a service that waits for a heartbeat",
  );

const pagerduty = z
  .strictObject({ routingKey: secretKey("the integration key", "routing-key") })
  .describe("To PagerDuty, by its Events API v2");

/** Somebody who is told. */
export const receiver = z
  .strictObject({
    severities: z
      .array(z.enum(SEVERITIES).describe(`Severity: ${SEVERITIES.join(", ")}`))
      .min(1)
      .default(["critical", "warning"])
      .describe("Severities of the alerts it is told, by default critical and warning"),
    heartbeat: z
      .boolean()
      .default(false)
      .describe("Told every five minutes that alerts arrive, and nothing else, so that silence says something: true or false"),
    repeatHours: integer("Hours until an alert that goes on is told again", 1, 168).default(4),
    email: email.optional(),
    slack: slack.optional(),
    webhook: webhook.optional(),
    pagerduty: pagerduty.optional(),
  })
  .refine((all) => CHANNELS.filter((channel) => all[channel] !== undefined).length === 1, {
    error: `exactly one of ${CHANNELS.join(", ")}`,
    when: whenRight(...CHANNELS),
  })
  .describe("Somebody who is told, in one way");

/** A store of metrics outside of the cluster. */
export const remoteWrite = z
  .strictObject({
    url: z
      .string()
      .regex(/^https?:\/\/[^\s]+$/)
      .describe("Where metrics are sent as well, for instance https://metrics.example.org/api/v1/push"),
    username: secretKey("the name for basic authentication", "username").optional(),
    password: secretKey("the password for basic authentication", "password").optional(),
    bearerToken: secretKey("a token instead of name and password", "token").optional(),
  })
  .refine(({ username, password }) => (username === undefined) === (password === undefined), {
    error: "a name and a password, or neither",
    when: whenRight("username", "password"),
  })
  .refine(({ username, bearerToken }) => username === undefined || bearerToken === undefined, {
    error: "a token or a name with a password, not both",
    when: whenRight("username", "bearerToken"),
  })
  .describe("A store of metrics outside of the cluster");
