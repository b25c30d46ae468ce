import { familyOf } from "../addresses";

/** What a configuration of keepalived is made of. */
export interface KeepalivedSettings {
  readonly name: string;
  /** The balancer's own address. */
  readonly address: string;
  /** Addresses of the others, none where it is alone. */
  readonly peers: readonly string[];
  readonly virtualAddress: string;
  readonly prefixLength: number;
  /** 1 to 255, the same for all. */
  readonly virtualRouterId: number;
  /** The highest has the address; different for each. */
  readonly priority: number;
  /** Port on which HAProxy listens. */
  readonly port: number;
  /** Network device. */
  readonly link: string;
}

/** Priority of the first balancer, each further one has one less. */
export const FIRST_PRIORITY = 150;
/** What a balancer that reaches no API server falls by: below every other. */
const UNREACHABLE = 60;

/**
 * Keepalived's configuration: one of the balancers has the shared address. One that reaches no API server through its own HAProxy leaves it to
 * another that does, within some ten seconds, and keeps it when none does. HAProxy's process is not tracked: keepalived hears of processes by
 * events of the kernel, and where it gets none it never takes the address.
 *
 * Balancers speak with each other alone, not with everybody in their network. There is no password: version 3 of VRRP has none, and
 * version 2 sends it for all to read.
 */
export function keepalivedConfig(settings: KeepalivedSettings): string {
  const { name, address, peers, virtualAddress, prefixLength, virtualRouterId, priority, port, link } = settings;
  const loopback = familyOf(address) === 6 ? "[::1]" : "127.0.0.1";
  return [
    "global_defs {",
    `    router_id ${name}`,
    "    vrrp_version 3",
    "    enable_script_security",
    "    script_user nobody nogroup",
    "}",
    "",
    "vrrp_script api {",
    `    script "/usr/bin/curl --silent --insecure --output /dev/null --max-time 2 https://${loopback}:${port}/readyz"`,
    "    interval 2",
    "    timeout 3",
    "    fall 2",
    "    rise 2",
    `    weight -${UNREACHABLE}`,
    "}",
    "",
    "vrrp_instance kubernetes-api {",
    "    state BACKUP",
    `    interface ${link}`,
    `    virtual_router_id ${virtualRouterId}`,
    `    priority ${priority}`,
    "    advert_int 1",
    ...(peers.length === 0
      ? []
      : [`    unicast_src_ip ${address}`, "    unicast_peer {", ...peers.map((peer) => `        ${peer}`), "    }"]),
    "    virtual_ipaddress {",
    `        ${virtualAddress}/${prefixLength}`,
    "    }",
    "    track_script {",
    "        api",
    "    }",
    "}",
    "",
  ].join("\n");
}
