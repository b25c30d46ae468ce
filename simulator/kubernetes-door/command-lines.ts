import { isIP } from "node:net";
import { join } from "node:path";
import type { KeyPair } from "../wire/certificates";

/** What a control plane is of: the secrets and networks that its cluster's machine configurations hold. */
export interface ControlPlaneIdentity {
  /** Signs the serving certificate, the components' and, through CSRs, the cluster's. */
  readonly clusterAuthority: KeyPair;
  /** Signs what the API server shows to aggregated APIs. */
  readonly aggregatorAuthority: KeyPair;
  /** PEM of a private key, RSA or EC. */
  readonly serviceAccountKey: string;
  /** URL that clients use; issuer and audience of service account tokens. */
  readonly endpoint: string;
  /**
   * DNS names and IP addresses that the serving certificate has besides those of the service `kubernetes` and of this machine. The
   * first address is the one the service `kubernetes` leads to; without one it leads nowhere.
   */
  readonly names: readonly string[];
  /** CIDRs; every node gets a part of each. */
  readonly podSubnets: readonly string[];
  /** CIDR, or one per family with a comma between. */
  readonly serviceSubnet: string;
}

/** A port for each listener, all on 127.0.0.1. */
export interface Ports {
  readonly api: number;
  readonly etcdClient: number;
  readonly etcdPeer: number;
}

/** Paths of a certificate and its key. */
export interface PairOfFiles {
  readonly certificate: string;
  readonly key: string;
}

/** Paths of what the programs read, all absolute. */
export interface ControlPlaneFiles {
  readonly etcd: PairOfFiles & { readonly authority: string };
  readonly authority: PairOfFiles;
  readonly aggregator: string;
  readonly frontProxy: PairOfFiles;
  readonly serving: PairOfFiles;
  readonly serviceAccountKey: string;
  readonly serviceAccountPublicKey: string;
  readonly admission: string;
  readonly managerConfig: string;
}

/** Of one member that nobody but the API server talks to. */
export function etcdCommandLine(dataDir: string, { etcd }: ControlPlaneFiles, ports: Ports): string[] {
  const client = loopback(ports.etcdClient);
  // A single member needs no peers, yet etcd does not start without listening for them.
  const peer = loopback(ports.etcdPeer);
  return flags({
    name: "rehearsal",
    "data-dir": join(dataDir, "etcd"),
    "listen-client-urls": client,
    "advertise-client-urls": client,
    "listen-peer-urls": peer,
    "initial-advertise-peer-urls": peer,
    "initial-cluster": `rehearsal=${peer}`,
    "client-cert-auth": true,
    "cert-file": etcd.certificate,
    "key-file": etcd.key,
    "trusted-ca-file": etcd.authority,
    "peer-client-cert-auth": true,
    "peer-cert-file": etcd.certificate,
    "peer-key-file": etcd.key,
    "peer-trusted-ca-file": etcd.authority,
    logger: "zap",
    "log-outputs": "stderr",
  });
}

/** As Talos starts it (siderolabs/talos, control_plane_static_pod.go), less what needs the machine: audit log, encryption, kubelets. */
export function apiServerCommandLine(identity: ControlPlaneIdentity, files: ControlPlaneFiles, ports: Ports): string[] {
  const advertised = identity.names.find((name) => isIP(name) !== 0);
  return flags({
    "bind-address": "127.0.0.1",
    "secure-port": ports.api,
    "advertise-address": advertised ?? "127.0.0.1",
    // An endpoint on the loopback device is one the API server itself refuses.
    "endpoint-reconciler-type": advertised === undefined ? "none" : "lease",
    "etcd-servers": loopback(ports.etcdClient),
    "etcd-cafile": files.etcd.authority,
    "etcd-certfile": files.etcd.certificate,
    "etcd-keyfile": files.etcd.key,
    "admission-control-config-file": files.admission,
    "allow-privileged": true,
    "anonymous-auth": false,
    "api-audiences": identity.endpoint,
    "authorization-mode": "Node,RBAC",
    "client-ca-file": files.authority.certificate,
    "enable-admission-plugins": "NodeRestriction",
    "enable-bootstrap-token-auth": true,
    profiling: false,
    "proxy-client-cert-file": files.frontProxy.certificate,
    "proxy-client-key-file": files.frontProxy.key,
    "requestheader-allowed-names": "front-proxy-client",
    "requestheader-client-ca-file": files.aggregator,
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-username-headers": "X-Remote-User",
    "service-account-issuer": identity.endpoint,
    "service-account-key-file": files.serviceAccountPublicKey,
    "service-account-signing-key-file": files.serviceAccountKey,
    "service-cluster-ip-range": identity.serviceSubnet,
    "tls-cert-file": files.serving.certificate,
    "tls-private-key-file": files.serving.key,
    "tls-min-version": "VersionTLS12",
  });
}

/** As Talos starts it, but alone: it listens nowhere and waits for no other leader. */
export function controllerManagerCommandLine(identity: ControlPlaneIdentity, files: ControlPlaneFiles): string[] {
  return flags({
    "secure-port": 0,
    "leader-elect": false,
    kubeconfig: files.managerConfig,
    // Each controller starts with requests of its own: held to 20 a second, the start alone takes 5 s longer.
    "kube-api-qps": 500,
    "kube-api-burst": 1000,
    "allocate-node-cidrs": true,
    "cluster-cidr": identity.podSubnets.join(","),
    "cluster-signing-cert-file": files.authority.certificate,
    "cluster-signing-key-file": files.authority.key,
    "configure-cloud-routes": false,
    controllers: "*,tokencleaner",
    profiling: false,
    "root-ca-file": files.authority.certificate,
    "service-account-private-key-file": files.serviceAccountKey,
    "service-cluster-ip-range": identity.serviceSubnet,
    "use-service-account-credentials": true,
  });
}

function loopback(port: number): string {
  return `https://127.0.0.1:${port}`;
}

function flags(values: Readonly<Record<string, string | number | boolean>>): string[] {
  return Object.entries(values).map(([name, value]) => `--${name}=${String(value)}`);
}
