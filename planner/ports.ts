/** Port of KubePrism, Talos' load balancer for the Kubernetes API on every machine's loopback: the one of Talos' documentation. */
export const KUBEPRISM_PORT = 7445;

/** Port of etcd's metrics on control planes, opened by their configuration. */
export const ETCD_METRICS_PORT = 2381;
