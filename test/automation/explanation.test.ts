import assert from "node:assert/strict";
import { explain } from "../../automation/explanation";

const urn = (type: string, name: string): string =>
  `urn:pulumi:lab::proxmox-talos::proxmox-talos:index:Platform$proxmox-talos:proxmox:VmPool$${type}::${name}`;
const VM = urn("proxmoxve:index/vmLegacy:VmLegacy", "work-00");

/** What the providers say, as they say it, and what is made of it. */
const SAID: readonly (readonly [string, string, string])[] = [
  [
    "",
    "write /home/me/lab-state/.pulumi/locks/1.json.1.tmp: no space left on device",
    "write /home/me/lab-state/.pulumi/locks/1.json.1.tmp: no space left on device; make room on the disk that the state is on, then run the command once more",
  ],
  [
    "",
    "open /home/me/lab-state/.pulumi/locks/1.json.1.tmp: read-only file system",
    "open /home/me/lab-state/.pulumi/locks/1.json.1.tmp: read-only file system; let the folder of the state be written to, then run the command once more",
  ],
  [
    "",
    "pulumi: the engine was ended by SIGKILL (a kill, or this machine has no memory left)",
    "the engine was ended by SIGKILL (a kill, or this machine has no memory left); run the command once more: it takes the lock away, and finishes what was under way",
  ],
  [
    urn("proxmoxve:index/poolLegacy:PoolLegacy", "lab"),
    "  sdk-v2/provider2.go:571: sdk.helper_schema: error creating pool: received an HTTP 500 response - Reason: cluster not ready - no quorum?: provider=proxmox@8.6.0\n",
    "resource pool lab: error creating pool: HTTP 500: cluster not ready - no quorum?; " +
      "bring the other Proxmox hosts back, or give the cluster a QDevice: without a majority it changes nothing, then run the command once more",
  ],
  [
    urn("proxmoxve:download/file:File", "talos-pve"),
    "error deleting file: received an HTTP 403 response - Reason: Permission check failed (/storage/local, Datastore.Allocate)",
    "Talos image talos-pve: error deleting file: HTTP 403: Permission check failed (/storage/local, Datastore.Allocate); " +
      "give the token's role what is in the brackets, at that path (docs/first-deployment.md says what each privilege is for), then run the command once more",
  ],
  [
    urn("proxmoxve:download/file:File", "talos-pve"),
    "error creating file: received an HTTP 500 response - Reason: storage 'local' is not configured for content-type 'import'",
    "Talos image talos-pve: error creating file: HTTP 500: storage 'local' is not configured for content-type 'import'; " +
      "give that storage this content type: Datacenter, Storage, Edit, Content, then run the command once more",
  ],
  [
    VM,
    '  sdk-v2/provider2.go:571: sdk.helper_schema: VM create: All attempts fail:\n#1: error creating VM: failed to perform HTTP POST request (path: nodes/pve/qemu) - Reason: Post "https://192.168.68.51:8006/api2/json/nodes/pve/qemu": EOF: provider=proxmox@8.6.0\n',
    "VM work-00: VM create: error creating VM: POST https://192.168.68.51:8006/api2/json/nodes/pve/qemu: EOF; " +
      "run the command once more: it may have been away for a moment",
  ],
  [
    VM,
    '  sdk-v2/provider2.go:571: sdk.helper_schema: VM create: task "UPID:pve:00001001:000027D4:6B0175B0:qmcreate:800:root@pam!lab:" failed to complete with exit code: unable to create VM: lvcreate: insufficient free space: 0 extents available\ntask log:\n  TASK ERROR: unable to create VM: lvcreate: insufficient free space: 0 extents available: provider=proxmox@8.6.0\n',
    "VM work-00: VM create: task on pve failed: unable to create VM: lvcreate: insufficient free space: 0 extents available; " +
      "free space on that datastore, or name another in the stack file, then run the command once more",
  ],
  [
    VM,
    'before hook "vm-identity-create" failed: VM 103 cannot become work-00: the id belongs to nas on pve (running), which is not named work-00; choose other ids (proxmox.vm.idBase, or the pool\'s ids), or remove that VM',
    "VM work-00: VM 103 cannot become work-00: the id belongs to nas on pve (running), which is not named work-00; " +
      "choose other ids (proxmox.vm.idBase, or the pool's ids), or remove that VM; run the command once more then",
  ],
  [
    urn("talos:machine/bootstrap:Bootstrap", "lab"),
    "[ERROR] rpc error: code = AlreadyExists desc = etcd data directory is not empty: Error bootstrapping node\n",
    "bootstrap of lab: etcd data directory is not empty: Error bootstrapping node; " +
      "run the command once more: it was bootstrapped before, which is taken over",
  ],
  [
    urn("kubernetes:helm.sh/v3:Release", "cilium"),
    'Kubernetes cluster unreachable: Get "https://192.168.1.49:6443/version": dial tcp 192.168.1.49:6443: connect: connection refused',
    'chart cilium: Kubernetes cluster unreachable: Get "https://192.168.1.49:6443/version": dial tcp 192.168.1.49:6443: connect: connection refused; ' +
      "check that it runs and can be reached from here, then run the command once more",
  ],
  [
    urn("kubernetes:core/v1:Secret", "monitoring/grafana-admin"),
    'resource "monitoring/grafana-admin" was not successfully created by the Kubernetes API server: secrets "grafana-admin" already exists\n\nThe resource already exists in the cluster. This can happen when:\n\n  - Renaming a Pulumi resource: use an alias to preserve the identity,\n',
    'Secret monitoring/grafana-admin: resource "monitoring/grafana-admin" was not successfully created by the Kubernetes API server: secrets "grafana-admin" already exists; ' +
      "somebody else has made it: delete that one, then run the command once more",
  ],
  [
    urn("random:index:Thing", "x"),
    "it went wrong.\n    at f (/a.ts:1:1)",
    "Thing x: it went wrong; mend it, then run the command once more",
  ],
];

describe("the explanation of a failed update", () => {
  for (const [of, said, explained] of SAID) {
    it(`names the resource, the reason and what to do: ${explained.slice(0, 60)}`, () => {
      const message = explain(
        [
          { urn: "", message: "update failed\n" },
          { urn: of, message: said },
        ],
        "pulumi: update failed",
      );
      assert.equal(message, explained);
    });
  }

  it("takes the error of a resource rather than one of the stack, and either rather than the command's own", () => {
    const stack = { urn: "urn:pulumi:lab::proxmox-talos::pulumi:pulumi:Stack::proxmox-talos-lab", message: "the program failed" };
    assert.match(explain([stack, { urn: VM, message: "no" }], "x"), /^VM work-00: no; /);
    assert.match(explain([stack], "x"), /^the program failed; /);
    assert.match(explain([{ urn: "", message: "update failed" }], "pulumi: the stack is locked"), /^the stack is locked; /);
  });
});
