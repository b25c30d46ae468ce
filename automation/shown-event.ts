/** Marks an object of the engine that stands for something else, such as a secret (pulumi sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/**
 * An event of the engine as a line that may be shown. The engine hides secrets in it, but not those deep inside of what a provider keeps
 * for itself: of a Kubernetes Secret, `__inputs` has the whole content.
 */
export function shownEvent(event: unknown): string {
  return JSON.stringify(event, (_key, value: unknown) =>
    value !== null && typeof value === "object" && SIGNATURE in value ? "[secret]" : value,
  );
}
