/**
 * The direction of imports: config → planner → components → index.ts → automation.
 * The simulator must be able to catch the planner's mistakes, so it may read nothing but types from it.
 */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: "error",
  from: { path: from },
  to: { path: "^(config|planner|components|simulator|automation|policy|bench|test|e2e|index\\.ts)", pathNot: allowed },
});

module.exports = {
  forbidden: [
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    only("config-imports-nothing", "^config/", "^config/", "config/ is the start of the flow"),
    only("planner-reads-config", "^planner/", "^(planner|config)/", "the planner is pure: config in, plan out"),
    only("components-read-plans", "^components/", "^(components|planner)/", "components declare what was decided"),
    only("index-is-the-end-of-the-program", "^index\\.ts$", "^(config|planner|components)/", "load, plan, declare, export"),
    only(
      "simulator-stands-alone",
      "^simulator/",
      "^(simulator|planner)/",
      "the datacenter knows neither program nor command line",
    ),
    {
      name: "simulator-reads-only-types-from-the-planner",
      comment: "it must be able to catch the planner's mistakes",
      severity: "error",
      from: { path: "^simulator/" },
      to: { path: "^planner/", dependencyTypesNot: ["type-only"] },
    },
    only(
      "automation-commands",
      "^automation/",
      "^((automation|config|planner|simulator)/|policy/(facts|judge|policy|values)\\.ts$|components/(proxmox/proxmox-(api|reader)|talos/etcd-probe|kubernetes/admin-access)\\.ts$)",
      "commands run the program, they do not import it; both look at Proxmox, etcd and Kubernetes in one way",
    ),
    only(
      "policies-judge-resources",
      "^policy/",
      "^(policy|planner|config)/",
      "policies hold resources to the planner's own rules, whichever program asks for them",
    ),
    {
      name: "pure-policies",
      comment: "the same policies judge in Pulumi and without it",
      severity: "error",
      from: { path: "^policy/", pathNot: "^policy/(pack/|index\\.cjs$)" },
      to: { path: "node_modules/@pulumi|^policy/pack/|^config/load\\.ts$" },
    },
    only(
      "bench-measures-from-outside",
      "^bench/",
      "^(bench|automation|config|planner|simulator|index\\.ts)",
      "the program is measured as a whole, never a component of it",
    ),
    {
      name: "nothing-imports-tests",
      severity: "error",
      from: { pathNot: "^(test|e2e)/" },
      to: { path: "^(test|e2e)/" },
    },
    {
      name: "only-tests-read-bench",
      severity: "error",
      from: { pathNot: "^(bench|test)/" },
      to: { path: "^bench/" },
    },
    {
      name: "pure-planner",
      comment: "no Pulumi, no I/O, no clock, no randomness",
      severity: "error",
      from: { path: "^planner/" },
      to: {
        path: "node_modules/@pulumi|node_modules/@muhlba91|node_modules/@grpc|^sdks/|^(node:)?(fs|crypto|http|https|net|os|child_process|timers)",
      },
    },
    {
      name: "only-load-touches-pulumi-config",
      severity: "error",
      from: { path: "^config/", pathNot: "^config/load\\.ts$" },
      to: { path: "node_modules/@pulumi" },
    },
    {
      name: "no-undeclared-packages",
      severity: "error",
      from: {},
      to: { dependencyTypes: ["npm-no-pkg", "npm-unknown"] },
    },
    { name: "no-unresolvable", severity: "error", from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    // policy/package.json is there for Pulumi alone: the pack has the packages of the project.
    combinedDependencies: true,
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node", "default"] },
  },
};
