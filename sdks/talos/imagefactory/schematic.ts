import * as pulumi from "@pulumi/pulumi";
import { isType, resourceInputs, resourceOptions } from "../utilities";

/** A schematic registered with the Image Factory. Its id names every image and installer made from it. */
export class Schematic extends pulumi.CustomResource {
  public static readonly __pulumiType = "talos:imageFactory/schematic:Schematic";

  /** Looks up an existing Schematic by its id. */
  public static get(
    name: string,
    id: pulumi.Input<pulumi.ID>,
    state?: SchematicState,
    opts?: pulumi.CustomResourceOptions,
  ): Schematic {
    return new Schematic(name, state, { ...opts, id });
  }

  /** Whether a value is a Schematic, even one from another copy of this package. */
  public static override isInstance(obj: unknown): obj is Schematic {
    return isType(obj, Schematic.__pulumiType);
  }

  /** Schematic of the Image Factory as YAML. @default the empty schematic */
  declare public readonly schematic: pulumi.Output<string | undefined>;

  /** @throws when a required argument is missing */
  constructor(name: string, args?: SchematicArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      Schematic.__pulumiType,
      name,
      resourceInputs(opts, args, {
        required: [],
        inputs: ["schematic"],
        secretInputs: [],
        outputs: [],
      }),
      resourceOptions(opts, []),
    );
  }
}

/** Arguments of a {@link Schematic}. */
export interface SchematicArgs {
  /** Schematic of the Image Factory as YAML. @default the empty schematic */
  schematic?: pulumi.Input<string | undefined>;
}

/** State by which an existing {@link Schematic} is looked up. */
export interface SchematicState {
  /** Schematic of the Image Factory as YAML. @default the empty schematic */
  schematic?: pulumi.Input<string | undefined>;
}
