/** Versions a stack gets when its file names none. They are one row of the planner's compatibility table (a test holds them to it). */
export const DEFAULT_VERSIONS = {
  talos: "v1.13.9",
  kubernetes: "v1.36.0",
  cilium: "1.20.0",
  longhorn: "1.12.1",
  kubePrometheusStack: "88.5.3",
  loki: "18.11.0",
  tempo: "2.2.4",
} as const;
