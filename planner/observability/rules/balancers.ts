import type { RuleGroup } from "../rule";

/** Load balancers in front of the API: with one of a pair gone, nobody notices until the other goes, too. */
export const BALANCERS: RuleGroup = {
  name: "balancers",
  reads: ["prometheus"],
  rules: [
    {
      alert: "BalancerDown",
      expr: 'up{job="haproxy"} == 0',
      // Longer than one that is made anew takes to boot and to install its packages.
      for: "10m",
      severity: "warning",
      summary: "Balancer {{ $labels.instance }} does not answer",
      description: "Nothing was heard of {{ $labels.instance }} for ten minutes: the others are all that leads to the API.",
    },
  ],
};
