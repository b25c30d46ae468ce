import { familyOf } from "../addresses";

/** An API server that requests are passed on to. */
export interface Backend {
  readonly name: string;
  /** `address:port`, an IPv6 address in brackets. */
  readonly address: string;
}

/** Port of HAProxy's metrics. */
export const METRICS_PORT = 8405;

/** What a configuration of HAProxy is made of. */
export interface HaproxySettings {
  readonly port: number;
  /** One of each family that clients may come by. */
  readonly addresses: readonly string[];
  readonly backends: readonly Backend[];
  /** Whether everybody may read its metrics. @default false */
  readonly metrics?: boolean;
}

/**
 * HAProxy's configuration: connections are passed on as they are, TLS and all, to an API server that answers.
 *
 * A server is asked for `/readyz` over HTTPS. Talos up to 1.13 lets nobody in without a certificate: a server that refuses (401) has
 * listened, which a port that is merely open does not say; one that may answer and is not ready says 500.
 */
export function haproxyConfig({ port, addresses, backends, metrics = false }: HaproxySettings): string {
  const families = new Set(addresses.map(familyOf));
  // All addresses: the shared one comes and goes.
  const bind = (at: number): string[] => [
    ...(families.has(4) ? [`    bind *:${at}`] : []),
    ...(families.has(6) ? [`    bind :::${at} v6only`] : []),
  ];
  return [
    "global",
    "    log /dev/log local0",
    "    user haproxy",
    "    group haproxy",
    "    maxconn 8192",
    "",
    "defaults",
    "    mode tcp",
    "    log global",
    "    option tcplog",
    "    option dontlognull",
    "    timeout connect 5s",
    // Watches are silent for long: kubelets and controllers keep theirs for up to an hour.
    "    timeout client 4h",
    "    timeout server 4h",
    "    timeout check 3s",
    "    option clitcpka",
    "    option srvtcpka",
    "",
    "frontend kubernetes-api",
    ...bind(port),
    "    default_backend control-planes",
    "",
    ...(metrics
      ? [
          "frontend metrics",
          ...bind(METRICS_PORT),
          "    mode http",
          "    no log",
          "    http-request use-service prometheus-exporter if { path /metrics }",
          "    http-request return status 404",
          "",
        ]
      : []),
    "backend control-planes",
    "    balance leastconn",
    "    option httpchk GET /readyz",
    "    http-check expect status 200,401",
    // A client that keeps its connection to a dead server would wait for the kernel to notice.
    "    default-server check check-ssl verify none inter 2s fall 2 rise 2 on-marked-down shutdown-sessions",
    ...backends.map(({ name, address }) => `    server ${name} ${address}`),
    "",
  ].join("\n");
}
