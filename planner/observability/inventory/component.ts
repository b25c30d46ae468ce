import type { DEFAULT_VERSIONS } from "../../../config/versions";

/** Files by path, each with what stands in it; any run of spaces and line ends counts as one space. */
export type Quotes = Readonly<Record<string, readonly string[]>>;

/**
 * Where a metric is defined: the file in which its name stands in quotation marks, or, where the name is composed, what its parts are made of.
 * A histogram's buckets and count are cited by the definition of the histogram.
 */
export type Citation = string | Quotes;

/** What decides which version of a component runs. */
export type Pin =
  /** An image of the table of footprints, without its tag. */
  | { readonly image: string }
  /** The version that a stack gets when its file names none. */
  | { readonly stack: keyof typeof DEFAULT_VERSIONS }
  /** A file of something that the stack pins, which names the version. */
  | { readonly stack: keyof typeof DEFAULT_VERSIONS; readonly repository: string; readonly file: string; readonly text: string };

/** A program that exports metrics, as it is published. */
export interface Component {
  /** On GitHub, for instance `grafana/loki`. */
  readonly repository: string;
  /** Tag at which its files were read. */
  readonly version: string;
  readonly pinnedBy: Pin;
  /** Metrics that rules and dashboards may use. */
  readonly metrics: Readonly<Record<string, Citation>>;
  /** Labels that it gives to any of them and that queries use, but for `le`. */
  readonly labels: Readonly<Record<string, Citation>>;
  /** Who gives them more labels. @default nobody */
  readonly labelledBy?: Component;
}
