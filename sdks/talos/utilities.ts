import * as pulumi from "@pulumi/pulumi";

/** Version of the provider this package is made for. */
export const VERSION = "0.8.1";

/** What a resource class knows of its properties. */
export interface ResourceShape {
  readonly required: readonly string[];
  readonly inputs: readonly string[];
  readonly secretInputs: readonly string[];
  /** Outputs that are no inputs. */
  readonly outputs: readonly string[];
}

/**
 * The properties a resource registers: its arguments with secrets marked, and a place for every output.
 *
 * @throws when a required argument is missing
 */
export function resourceInputs(
  opts: pulumi.CustomResourceOptions | undefined,
  args: object | undefined,
  shape: ResourceShape,
): pulumi.Inputs {
  const given = (args ?? {}) as pulumi.Inputs;
  // A looked-up resource has state instead of arguments; one rebuilt from its URN has neither.
  if (opts?.id !== undefined) return pick(given, [...shape.inputs, ...shape.outputs]);
  const missing = shape.required.find((name) => given[name] === undefined && opts?.urn === undefined);
  if (missing !== undefined) throw new Error(`Missing required property '${missing}'`);
  const inputs = pick(given, shape.inputs);
  for (const name of shape.secretInputs) {
    if (given[name] !== undefined) inputs[name] = pulumi.secret(given[name] as pulumi.Input<unknown>);
  }
  for (const name of shape.outputs) inputs[name] = undefined;
  return inputs;
}

/** The options every resource of this package gets. */
export function resourceOptions(
  opts: pulumi.CustomResourceOptions | undefined,
  additionalSecretOutputs: readonly string[],
): pulumi.CustomResourceOptions {
  const secrets = additionalSecretOutputs.length > 0 ? { additionalSecretOutputs: [...additionalSecretOutputs] } : {};
  return pulumi.mergeOptions(pulumi.mergeOptions(packageOptions(), opts), secrets);
}

/** The options every function call of this package gets. */
export function invokeOptions<O extends pulumi.InvokeOptions>(opts: O | undefined): O {
  return { ...packageOptions(), ...opts } as O;
}

/** The named properties alone: whatever else an object carries must not reach the provider. */
export function pick(args: object | undefined, names: readonly string[]): pulumi.Inputs {
  const given = (args ?? {}) as pulumi.Inputs;
  return Object.fromEntries(names.map((name) => [name, given[name] as unknown]));
}

/** Whether a value is a resource of a type, compared by token so that two copies of the package agree. */
export function isType(obj: unknown, type: string): boolean {
  return (obj as { __pulumiType?: unknown } | null | undefined)?.__pulumiType === type;
}

function packageOptions(): { version: string; pluginDownloadURL: string } {
  return { version: VERSION, pluginDownloadURL: "github://api.github.com/pulumiverse" };
}
