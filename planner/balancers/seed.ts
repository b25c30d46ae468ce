import { fnv1a } from "../fnv";
import type { PlannedAddress, PlannedNetwork, PlannedSeed } from "../plan";

/** Name that the balancer's network device is given. */
export const LINK = "eth0";

/** What a seed is made of. */
export interface SeedSettings {
  readonly name: string;
  /** Of the TalosCluster: files of two stacks on one host have different names. */
  readonly clusterName: string;
  readonly macAddress: string;
  readonly addresses: readonly PlannedAddress[];
  readonly network: Pick<PlannedNetwork, "nameservers" | "searchDomains" | "mtu">;
  readonly sshAuthorizedKeys: readonly string[];
  /** Contents of `/etc/haproxy/haproxy.cfg` and `/etc/keepalived/keepalived.conf`. */
  readonly haproxy: string;
  readonly keepalived: string;
}

/** From Debian; the image has none of them but perhaps curl. */
const PACKAGES = ["curl", "haproxy", "keepalived", "unattended-upgrades"];

/** What cloud-init is told, written by hand: not a byte of it may depend on a YAML library, for a byte more makes another balancer. */
export function planSeed(settings: SeedSettings): PlannedSeed {
  const [user, network] = [userData(settings), networkConfig(settings)];
  const digest = fnv1a(`${user}\n${network}`).toString(16).padStart(8, "0");
  return {
    fileName: `${settings.clusterName}-${settings.name}-${digest}.iso`,
    userData: user,
    metaData: [`instance-id: ${settings.name}-${digest}`, `local-hostname: ${settings.name}`, ""].join("\n"),
    networkConfig: network,
  };
}

/** Files come before packages, whose services then start with them; dpkg keeps what is there already. */
function userData({ sshAuthorizedKeys, haproxy, keepalived }: SeedSettings): string {
  return [
    "#cloud-config",
    "package_update: true",
    "packages:",
    ...PACKAGES.map((name) => `  - ${name}`),
    ...(sshAuthorizedKeys.length === 0
      ? []
      : ["ssh_authorized_keys:", ...sshAuthorizedKeys.map((key) => `  - ${JSON.stringify(key)}`)]),
    "write_files:",
    ...file("/etc/haproxy/haproxy.cfg", haproxy),
    ...file("/etc/keepalived/keepalived.conf", keepalived),
    ...file(
      "/etc/apt/apt.conf.d/20auto-upgrades",
      'APT::Periodic::Update-Package-Lists "1";\nAPT::Periodic::Unattended-Upgrade "1";\n',
    ),
    "runcmd:",
    "  - [systemctl, enable, --now, haproxy, keepalived]",
    "",
  ].join("\n");
}

function file(path: string, content: string): string[] {
  const lines = content.trimEnd().split("\n");
  return [`  - path: ${path}`, "    content: |", ...lines.map((line) => (line === "" ? "" : `      ${line}`))];
}

/** Static addresses on the one device, which is found by its MAC address. */
function networkConfig({ macAddress, addresses, network }: SeedSettings): string {
  const { nameservers, searchDomains, mtu } = network;
  return [
    "version: 2",
    "ethernets:",
    "  lan:",
    `    match: { macaddress: ${JSON.stringify(macAddress.toLowerCase())} }`,
    `    set-name: ${LINK}`,
    ...(mtu === undefined ? [] : [`    mtu: ${mtu}`]),
    `    addresses: ${JSON.stringify(addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`))}`,
    "    routes:",
    ...addresses.map(
      ({ family, gateway }) =>
        `      - { to: ${JSON.stringify(family === 4 ? "0.0.0.0/0" : "::/0")}, via: ${JSON.stringify(gateway)} }`,
    ),
    `    nameservers: { addresses: ${JSON.stringify(nameservers)}, search: ${JSON.stringify(searchDomains)} }`,
    "",
  ].join("\n");
}
