import assert from "node:assert/strict";
import { describe, it } from "mocha";
import type { ListedVm, Listing, Membership } from "../../planner/identity";
import { judgeChange, judgeCreation, judgeMembership } from "../../planner/identity";
import { hosts, planOf, stackFile } from "../stacks";

const work = { vmId: 803, name: "work-00", tag: "lab" };
const ours: ListedVm = { vmId: 803, name: "work-00", host: "pve", status: "running", tags: ["lab", "talos"] };

describe("a VM's identity", () => {
  const creations: [string, Partial<ListedVm>, string | undefined][] = [
    ["another id is taken", { vmId: 804 }, undefined],
    [
      "the id belongs to a VM of another name without the stack's tag",
      { name: "nas", tags: ["backup"] },
      "VM 803 cannot become work-00: the id belongs to nas on pve (running), which is not named work-00 and lacks the tag lab; " +
        "choose other ids (proxmox.vm.idBase, or the pool's ids), or remove that VM",
    ],
    [
      "the id belongs to a VM of the same name without the stack's tag",
      { tags: [], status: "stopped" },
      "VM 803 cannot become work-00: the id belongs to work-00 on pve (stopped), which lacks the tag lab; " +
        "choose other ids (proxmox.vm.idBase, or the pool's ids), or remove that VM",
    ],
    [
      "the id belongs to another VM of the stack",
      { name: "work-07" },
      "VM 803 cannot become work-00: the id belongs to work-07 on pve (running), which is not named work-00; " +
        "choose other ids (proxmox.vm.idBase, or the pool's ids), or remove that VM",
    ],
    [
      "the VM is there already and the state does not know it",
      {},
      "VM 803 cannot be created: work-00 on pve (running) has this stack's name and tag lab, but the state does not know it; " +
        "if an update was interrupted, npx lab up takes it over; else remove that VM",
    ],
    [
      "a VM of this id is being made",
      { name: "VM 803", tags: [], status: "stopped", creation: "running" },
      "VM 803 cannot become work-00: a VM of this id is being made on pve; wait until it is there, then run npx lab up",
    ],
    [
      "the creation of a VM of this id broke off",
      { name: "VM 803", tags: [], status: "stopped", creation: "broken" },
      "VM 803 cannot become work-00: the creation of a VM of this id broke off on pve; " +
        "if it is nobody else's, run there qm unlock 803 && qm destroy 803 --purge",
    ],
  ];
  for (const [when, found, message] of creations) {
    it(`${message === undefined ? "lets it be" : "forbids that it is"} created when ${when}`, () => {
      assert.equal(judgeCreation(work, { vms: [{ ...ours, ...found }] }), message);
    });
  }

  it("lets a replacement be created whose predecessor is still listed, but not where another VM took its place", () => {
    assert.equal(judgeCreation(work, { vms: [ours] }, true), undefined);
    assert.match(judgeCreation(work, { vms: [{ ...ours, name: "nas" }] }, true) ?? "", /^VM 803 cannot become work-00/);
  });

  const changes: [string, ListedVm[], string | undefined][] = [
    ["it is the one the state has", [ours], undefined],
    ["it is gone", [{ ...ours, vmId: 804, name: "nas" }], undefined],
    [
      "another one took its id",
      [{ ...ours, name: "nas", tags: [] }],
      "VM 803 must not be deleted: the state has work-00, but there is nas on pve (running), which is not named work-00 and " +
        "lacks the tag lab; if it is the same VM, give it that name and tag, else take work-00 out of the state (pulumi state delete)",
    ],
    [
      "it has another name",
      [{ ...ours, name: "work-07" }],
      "VM 803 must not be deleted: the state has work-00, but there is work-07 on pve (running), which is not named work-00; " +
        "if it is the same VM, give it that name and tag, else take work-00 out of the state (pulumi state delete)",
    ],
    [
      "its name is not known",
      [{ ...ours, name: "", status: "unknown" }],
      "VM 803 must not be deleted: the state has work-00, but there is a VM on pve (unknown), which has no name while its host is " +
        "away or it is seconds old; if it is the same VM, give it that name and tag, else take work-00 out of the state " +
        "(pulumi state delete)",
    ],
    [
      "it lacks the stack's tag",
      [{ ...ours, tags: ["labs", "talos"] }],
      "VM 803 must not be deleted: the state has work-00, but there is work-00 on pve (running), which lacks the tag lab; " +
        "if it is the same VM, give it that name and tag, else take work-00 out of the state (pulumi state delete)",
    ],
  ];
  for (const [when, vms, message] of changes) {
    it(`${message === undefined ? "lets it be" : "forbids that it is"} changed when ${when}`, () => {
      assert.equal(judgeChange("deleted", work, { vms }), message);
      assert.equal(judgeChange("updated", work, { vms }), message?.replace("deleted", "updated"));
    });
  }
});

describe("the hosts' membership", () => {
  const { proxmox } = planOf(stackFile({ hosts: hosts(2), proxmox: "cluster: { name: rack }" }));
  const { proxmox: loose } = planOf(stackFile({ hosts: hosts(2) }));
  assert.ok(proxmox && loose);
  const listing = (cluster: string | null, ...names: string[]): Listing => ({
    cluster,
    hosts: names.map((name) => ({ name: name.replace("!", ""), online: !name.endsWith("!") })),
    vms: [],
  });
  const cases: [string, Membership, Listing, string[]][] = [
    ["all are there", proxmox, listing("rack", "pve-1", "pve-2", "pve-3"), []],
    ["all are there, whatever cluster where none is planned", loose, listing("any", "pve-1", "pve-2"), []],
    [
      "no cluster is formed yet",
      proxmox,
      listing(null, "pve-1"),
      ["the endpoint is a host on its own, not Proxmox cluster rack; on pve-1: pvecm create rack"],
    ],
    [
      "the endpoint is another cluster",
      proxmox,
      listing("attic", "pve-1", "pve-2"),
      ["the endpoint is Proxmox cluster attic, not Proxmox cluster rack; on pve-1: pvecm create rack"],
    ],
    [
      "one has not joined",
      proxmox,
      listing("rack", "pve-1"),
      ["host pve-2 is not there: the endpoint is Proxmox cluster rack; on pve-2: pvecm add 192.168.1.2"],
    ],
    [
      "one is not there and nothing is planned to be formed",
      loose,
      listing(null, "pve-1"),
      ["host pve-2 is not there: the endpoint is a host on its own; have it join, or correct proxmox.hosts"],
    ],
    [
      "one is offline",
      proxmox,
      listing("rack", "pve-1", "pve-2!"),
      ["host pve-2 is offline; start it, or take it out of proxmox.hosts"],
    ],
  ];
  for (const [when, membership, seen, reasons] of cases) {
    it(`${reasons.length === 0 ? "is fine" : "is not"} when ${when}`, () => {
      assert.deepEqual(judgeMembership(membership, seen), reasons);
    });
  }
});
