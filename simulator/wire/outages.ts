import { sleep } from "../clock/clock";
import type { Away, Datacenter } from "../datacenter/datacenter";
import { failHost, mendHost } from "../datacenter/outages";
import type { Vm } from "../datacenter/model";
import type { Outage } from "../faults/faults";
import type { LiveTime } from "./live-time";

/** What is away in a datacenter with doors, and comes back by itself or when it is mended. */
export class Outages {
  constructor(
    private readonly dc: Datacenter,
    private readonly time: LiveTime,
  ) {}

  /** Something goes away, at once or a while after what brought it about. */
  public start(outage: Outage): void {
    const { after } = outage;
    if (after === undefined) this.begin(outage);
    else
      void this.time.run(sleep(after)).then(() => {
        this.begin(outage);
      });
  }

  /** Everything that is away comes back. */
  public mend(): void {
    for (const away of [...this.dc.away]) this.end(away);
  }

  private begin({ of, seconds }: Outage): void {
    const { hosts } = this.dc.spec;
    const host = (of === "endpoint" ? hosts[0] : hosts.at(-1))?.name ?? "";
    const away: Away = of === "host" || of === "endpoint" ? `host ${host}` : of;
    this.time.now();
    if (away === `host ${host}`) failHost(this.dc, host);
    else this.dc.away.add(away);
    this.time.changed();
    if (seconds === undefined) return;
    void this.time.run(sleep(seconds)).then(() => {
      this.end(away);
    });
  }

  private end(away: Away): void {
    const starts = ({ vmId }: Vm): boolean => this.dc.state.settings[`vm:${vmId}`]?.["onboot"] === "1";
    if (away.startsWith("host ")) mendHost(this.dc, away.slice("host ".length), starts);
    this.dc.away.delete(away);
    this.time.changed();
  }
}
