import type { Values } from "../addons/layers";
import { isAlert } from "./rule";
import type { RuleGroup } from "./rule";

/** Groups as Prometheus' rule files have them. `runbooks`: where the pages are, without a slash at the end. */
export function prometheusRules(groups: readonly RuleGroup[], runbooks: string): Values[] {
  return groups.map(({ name, rules }) => ({
    name,
    rules: rules.map((rule) => {
      if (!isAlert(rule)) return { record: rule.record, expr: rule.expr };
      const { alert, expr, severity, summary, description } = rule;
      return {
        alert,
        expr,
        for: rule.for,
        labels: { severity },
        annotations: { summary, description, runbook_url: `${runbooks}/${alert}.md` },
      };
    }),
  }));
}
