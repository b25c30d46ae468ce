import * as pulumi from "@pulumi/pulumi";
import type * as outputs from "../types/output";
import { invokeOptions, pick } from "../utilities";

/** Computes the addresses of images and installers; needs no network. */
export function getUrls(args: GetUrlsArgs, opts?: pulumi.InvokeOptions): Promise<GetUrlsResult> {
  return pulumi.runtime.invoke(TOKEN, pick(args, INPUTS), invokeOptions(opts)) as Promise<GetUrlsResult>;
}

/** Computes the addresses of images and installers; needs no network. */
export function getUrlsOutput(args: GetUrlsOutputArgs, opts?: pulumi.InvokeOutputOptions): pulumi.Output<GetUrlsResult> {
  return pulumi.runtime.invokeOutput(TOKEN, pick(args, INPUTS), invokeOptions(opts));
}

const TOKEN = "talos:imageFactory/getUrls:getUrls";
const INPUTS = ["architecture", "platform", "sbc", "schematicId", "talosVersion"] as const;

/** Arguments of {@link getUrls}. */
export interface GetUrlsArgs {
  /** `amd64` or `arm64`. @default "amd64" */
  architecture?: string;
  /** Platform such as `nocloud`; excludes `sbc`. */
  platform?: string;
  /** Single-board computer; excludes `platform`. */
  sbc?: string;
  /** Id of a schematic, 64 hexadecimal digits. */
  schematicId: string;
  /** Talos version with the leading `v`. */
  talosVersion: string;
}

/** Arguments of {@link getUrlsOutput}. */
export interface GetUrlsOutputArgs {
  /** `amd64` or `arm64`. @default "amd64" */
  architecture?: pulumi.Input<string | undefined>;
  /** Platform such as `nocloud`; excludes `sbc`. */
  platform?: pulumi.Input<string | undefined>;
  /** Single-board computer; excludes `platform`. */
  sbc?: pulumi.Input<string | undefined>;
  /** Id of a schematic, 64 hexadecimal digits. */
  schematicId: pulumi.Input<string>;
  /** Talos version with the leading `v`. */
  talosVersion: pulumi.Input<string>;
}

/** What {@link getUrls} answers. */
export interface GetUrlsResult {
  /** `amd64` or `arm64`. @default "amd64" */
  readonly architecture: string;
  /** Id of the result or entity. */
  readonly id: string;
  /** Platform such as `nocloud`; excludes `sbc`. */
  readonly platform?: string;
  /** Single-board computer; excludes `platform`. */
  readonly sbc?: string;
  /** Id of a schematic, 64 hexadecimal digits. */
  readonly schematicId: string;
  /** Talos version with the leading `v`. */
  readonly talosVersion: string;
  /** Addresses of all artefacts. */
  readonly urls: outputs.imagefactory.GetUrlsUrls;
}
