import { createHmac, randomBytes } from "node:crypto";

/**
 * Makes the rehearsal's stand-ins for secrets: random markers that mean nothing outside it and that are easy to find where they
 * must not be.
 */
export class SecretMarkers {
  /** Recognises any marker of any rehearsal. */
  public static readonly pattern = /rehearsal-secret-[0-9a-f]{32}/;

  /**
   * @param seed what the markers derive from; kept with the state, so that a later run sees the same secrets without the state
   * holding one
   */
  constructor(public readonly seed: string = randomBytes(16).toString("hex")) {}

  /** The marker for one secret, for instance `config proxmoxve:apiToken`. */
  public marker(label: string): string {
    return `rehearsal-secret-${createHmac("sha256", this.seed).update(label).digest("hex").slice(0, 32)}`;
  }
}

/** The text with every marker blotted out: a last line of defence for what programs print themselves. */
export function blot(text: string): string {
  return text.replaceAll(new RegExp(SecretMarkers.pattern, "g"), "[secret]");
}
