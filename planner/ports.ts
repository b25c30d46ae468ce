/** Port of KubePrism, Talos' load balancer for the Kubernetes API on every machine's loopback: the one of Talos' documentation. */
export const KUBEPRISM_PORT = 7445;

/** Port of etcd's metrics on control planes, opened by their configuration. */
export const ETCD_METRICS_PORT = 2381;

/** Port of kube-proxy's metrics, where Talos runs one: its own default. */
export const KUBE_PROXY_METRICS_PORT = 10_249;
