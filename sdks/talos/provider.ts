import * as pulumi from "@pulumi/pulumi";
import { isType, resourceOptions } from "./utilities";

/** An explicit instance of the Talos provider. */
export class Provider extends pulumi.ProviderResource {
  public static readonly __pulumiType = "talos";

  /** Whether a value is a Talos provider, even one from another copy of this package. */
  public static override isInstance(obj: unknown): obj is Provider {
    return isType(obj, `pulumi:providers:${Provider.__pulumiType}`);
  }

  /** Image Factory in use. */
  declare public readonly imageFactoryUrl: pulumi.Output<string | undefined>;

  constructor(name: string, args?: ProviderArgs, opts?: pulumi.ResourceOptions) {
    super(Provider.__pulumiType, name, { imageFactoryUrl: args?.imageFactoryUrl }, resourceOptions(opts, []));
  }

  /** The provider's settings as the Terraform provider below it sees them. */
  public terraformConfig(): pulumi.Output<TerraformConfigResult> {
    const token = "pulumi:providers:talos/terraformConfig";
    return pulumi.runtime.call<TerraformConfigResult>(token, { __self__: this }, this);
  }
}

/** Arguments of a {@link Provider}. */
export interface ProviderArgs {
  /** Image Factory to use. @default "https://factory.talos.dev" */
  imageFactoryUrl?: pulumi.Input<string | undefined>;
}

/** What {@link Provider.terraformConfig} answers. */
export interface TerraformConfigResult {
  readonly result: Record<string, unknown>;
}
