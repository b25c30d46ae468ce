import type * as pulumi from "@pulumi/pulumi";

export interface GetExtensionsVersionsExactFilters {
  names?: string[];
}

export interface GetExtensionsVersionsExactFiltersArgs {
  names?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

export interface GetExtensionsVersionsFilters {
  names?: string[];
}

export interface GetExtensionsVersionsFiltersArgs {
  names?: pulumi.Input<pulumi.Input<string>[] | undefined>;
}

export interface GetOverlaysVersionsFilters {
  name?: string;
}

export interface GetOverlaysVersionsFiltersArgs {
  name?: pulumi.Input<string | undefined>;
}

export interface GetVersionsFilters {
  stableVersionsOnly?: boolean;
}

export interface GetVersionsFiltersArgs {
  stableVersionsOnly?: pulumi.Input<boolean | undefined>;
}
