import type { Finding, Plan } from "../plan";
import { finding } from "./catalog";

const SETTING = "stack ";

/** Values of the stack file's own that go against what the platform needs, or against another line of the file. */
export function judgeOverrides({ addons }: Pick<Plan, "addons">): Finding[] {
  return Object.values(addons).flatMap(({ key, overrides }) =>
    overrides.map(({ path, planned, from, misfit }) => {
      if (misfit !== undefined) {
        const message = `a ${misfit} in the place of ${planned}: the chart takes no such thing there`;
        return finding("addon-value-misfit", path, message, "lab plan --addons shows what stands there without it");
      }
      if (from.startsWith(SETTING)) {
        const setting = from.slice(SETTING.length);
        return finding("addon-value-overrides", path, `in the place of ${planned}, which ${setting} says`, "say it once");
      }
      return finding(
        "addon-value-overrides",
        path,
        `in the place of ${planned}, which the platform counts on: what the plan says of ${key} may be wrong`,
        "take it away, say it by a setting of the add-on where there is one, or acknowledge what was tried",
      );
    }),
  );
}
