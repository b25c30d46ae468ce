import assert from "node:assert/strict";
import { describe, it } from "mocha";
import { breaksOfBaseline, breaksOfRestricted } from "../../policy/pod-security";
import { podOf } from "../../policy/pods";
import type { DeclaredResource } from "../../policy/policy";
import { UNKNOWN } from "../../policy/values";
import type { Values } from "../../policy/values";

const CONTAINERS = ["initContainers", "containers", "ephemeralContainers"] as const;

/** A pod that `restricted` lets in. */
const TIGHT = {
  securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
  containers: [{ name: "app", securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } } }],
};

function pod(spec: Values, annotations: Values = {}, type = "kubernetes:core/v1:Pod"): DeclaredResource {
  return { urn: "u", type, name: "p", protect: false, properties: { metadata: { annotations }, spec } };
}

/** What a standard says of a pod. */
function broken(standard: "baseline" | "restricted", ...of: Parameters<typeof pod>): readonly string[] {
  const found = podOf(pod(...of));
  assert.ok(found);
  return standard === "baseline" ? breaksOfBaseline(found) : breaksOfRestricted(found);
}

const APPARMOR = "container.apparmor.security.beta.kubernetes.io/app";
const SECCOMP = "container.seccomp.security.alpha.kubernetes.io/app";

/**
 * Fields that the standards of Kubernetes restrict, as its own admission names them: values that are let in, and others, each with what is said of
 * it. https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
interface Field {
  readonly field: string;
  /** The specification of a pod with a value in this place. */
  readonly of: (value: never) => Values;
  readonly fine: readonly unknown[];
  readonly refused: readonly (readonly [value: unknown, says: string])[];
}

const BASELINE_PODS: readonly Field[] = [
  ...["hostNetwork", "hostPID", "hostIPC"].map((field) => ({
    field,
    of: (value: never) => ({ [field]: value, containers: [] }),
    fine: [false],
    refused: [[true, field]] as const,
  })),
  {
    field: "hostUsers",
    of: (value) => ({ hostUsers: value, containers: [] }),
    fine: [true, false],
    refused: [],
  },
  {
    field: "volumes[*].hostPath",
    of: (value) => ({ volumes: [value] }),
    fine: [{ emptyDir: {} }, { name: "a", hostPath: null }],
    refused: [
      [{ hostPath: { path: "/var" } }, "/var"],
      [{ hostPath: { path: UNKNOWN } }, "a path of the machine"],
    ],
  },
  {
    field: "securityContext.sysctls[*].name",
    of: (value) => ({ securityContext: { sysctls: [{ name: value, value: "1" }] } }),
    fine: ["kernel.shm_rmid_forced", "net.ipv4.ip_unprivileged_port_start", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_rmem"],
    refused: [
      ["kernel.msgmax", "sysctl kernel.msgmax"],
      ["net.core.somaxconn", "sysctl net.core.somaxconn"],
    ],
  },
];

/** What stands in the security context of a pod and of each of its containers. */
const BASELINE_CONTEXTS: readonly Field[] = [
  {
    field: "windowsOptions.hostProcess",
    of: (value) => ({ windowsOptions: { hostProcess: value } }),
    fine: [false],
    refused: [[true, "is a process of the machine (hostProcess)"]],
  },
  {
    field: "seccompProfile.type",
    of: (value) => ({ seccompProfile: { type: value } }),
    fine: ["RuntimeDefault", "Localhost", UNKNOWN],
    refused: [["Unconfined", "is unconfined (seccompProfile)"]],
  },
  {
    field: "appArmorProfile.type",
    of: (value) => ({ appArmorProfile: { type: value } }),
    fine: ["RuntimeDefault", "Localhost"],
    refused: [["Unconfined", "is unconfined (appArmorProfile)"]],
  },
  {
    field: "seLinuxOptions",
    of: (value) => ({ seLinuxOptions: value }),
    fine: [{}, { type: "" }, { type: "container_t" }, { type: "container_engine_t", level: "s0:c1" }],
    refused: [
      [{ type: "spc_t" }, "chooses its own seLinuxOptions"],
      [{ user: "system_u" }, "chooses its own seLinuxOptions"],
      [{ role: "system_r" }, "chooses its own seLinuxOptions"],
    ],
  },
];

const BASELINE_CONTAINERS: readonly Field[] = [
  {
    field: "securityContext.privileged",
    of: (value) => ({ securityContext: { privileged: value } }),
    fine: [false, UNKNOWN],
    refused: [[true, "is privileged"]],
  },
  {
    field: "securityContext.capabilities.add",
    of: (value) => ({ securityContext: { capabilities: { add: value } } }),
    fine: [[], ["CHOWN", "NET_BIND_SERVICE"], [UNKNOWN]],
    refused: [
      [["SYS_ADMIN"], "has the capability SYS_ADMIN"],
      [["NET_RAW"], "has the capability NET_RAW"],
      [["ALL"], "has the capability ALL"],
    ],
  },
  {
    field: "ports[*].hostPort",
    of: (value) => ({ ports: [{ containerPort: 80, hostPort: value }] }),
    fine: [0, null, UNKNOWN],
    refused: [[80, "has ports of the machine"]],
  },
  {
    field: "securityContext.procMount",
    of: (value) => ({ securityContext: { procMount: value } }),
    fine: ["Default", null, UNKNOWN],
    refused: [["Unmasked", "sees all of /proc (procMount)"]],
  },
  ...["livenessProbe", "readinessProbe", "startupProbe"].flatMap((probe) =>
    ["httpGet", "tcpSocket"].map((way) => ({
      field: `${probe}.${way}.host`,
      of: (value: never) => ({ [probe]: { [way]: { port: 80, host: value } } }),
      fine: ["", null],
      refused: [["169.254.169.254", "has its machine ask 169.254.169.254"]] as const,
    })),
  ),
  ...["postStart", "preStop"].flatMap((hook) =>
    ["httpGet", "tcpSocket"].map((way) => ({
      field: `lifecycle.${hook}.${way}.host`,
      of: (value: never) => ({ lifecycle: { [hook]: { [way]: { port: 80, host: value } } } }),
      fine: [""],
      refused: [["127.0.0.1", "has its machine ask 127.0.0.1"]] as const,
    })),
  ),
];

/** Holds what is said of every value of a field to the table. */
function hold(
  { field, of, fine, refused }: Field,
  say: (value: Values) => readonly string[],
  of_: (says: string) => string,
): void {
  for (const value of fine) assert.deepEqual(say(of(value as never)), [], `${field}: ${JSON.stringify(value)}`);
  for (const [value, says] of refused) {
    assert.deepEqual(say(of(value as never)), [of_(says)], `${field}: ${JSON.stringify(value)}`);
  }
}

describe("the pod security standards", () => {
  describe("baseline", () => {
    for (const each of BASELINE_PODS) {
      it(`judges ${each.field}`, () => {
        hold(
          each,
          (spec) => broken("baseline", { containers: [], ...spec }),
          (says) => says,
        );
      });
    }

    for (const each of BASELINE_CONTEXTS) {
      it(`judges securityContext.${each.field} of the pod and of every container`, () => {
        hold(
          each,
          (securityContext) => broken("baseline", { securityContext, containers: [] }),
          (says) => `the pod ${says}`,
        );
        for (const kind of CONTAINERS) {
          hold(
            each,
            (securityContext) => broken("baseline", { [kind]: [{ name: "app", securityContext }] }),
            (says) => `app ${says}`,
          );
        }
      });
    }

    for (const each of BASELINE_CONTAINERS) {
      it(`judges ${each.field} of every container`, () => {
        for (const kind of CONTAINERS) {
          hold(
            each,
            (container) => broken("baseline", { [kind]: [{ name: "app", ...container }] }),
            (says) => `app ${says}`,
          );
        }
      });
    }

    it("judges profiles that old manifests name in annotations, and Kubernetes still reads", () => {
      for (const [key, value, says] of [
        [APPARMOR, "runtime/default", []],
        [APPARMOR, "localhost/app", []],
        [APPARMOR, "unconfined", [`${APPARMOR}: unconfined`]],
        [SECCOMP, "runtime/default", []],
        [SECCOMP, "unconfined", [`${SECCOMP}: unconfined`]],
        ["seccomp.security.alpha.kubernetes.io/pod", "unconfined", ["seccomp.security.alpha.kubernetes.io/pod: unconfined"]],
        ["example.org/app", "unconfined", []],
      ] as const) {
        assert.deepEqual(broken("baseline", { containers: [] }, { [key]: value }), says, `${key}: ${value}`);
      }
      const template = { metadata: { annotations: { [APPARMOR]: "unconfined" } }, spec: { containers: [] } };
      assert.deepEqual(broken("baseline", { template }, {}, "kubernetes:apps/v1:Deployment"), [`${APPARMOR}: unconfined`]);
    });

    it("lets a pod with users of its own see /proc", () => {
      const containers = [{ name: "app", securityContext: { procMount: "Unmasked" } }];
      assert.deepEqual(broken("baseline", { hostUsers: false, containers }), []);
    });
  });

  describe("restricted", () => {
    /** The pod with something else in its specification, and in its container's context. */
    const said = (spec: Values, context: Values = {}, type?: string): readonly string[] => {
      const [container] = TIGHT.containers;
      const securityContext = { ...container?.securityContext, ...context };
      return broken("restricted", { ...TIGHT, containers: [{ ...container, securityContext }], ...spec }, {}, type);
    };

    it("lets in what is as it asks, wherever that is said", () => {
      assert.deepEqual(said({}), []);
      assert.deepEqual(said({ securityContext: {} }, { runAsNonRoot: true, seccompProfile: { type: "Localhost" } }), []);
      assert.deepEqual(said({}, { capabilities: { drop: ["ALL"], add: ["NET_BIND_SERVICE"] } }), []);
      assert.deepEqual(broken("baseline", TIGHT), []);
    });

    it("wants each of it said", () => {
      assert.deepEqual(said({ securityContext: { seccompProfile: { type: "Localhost" } } }), [
        "app may run as root (runAsNonRoot)",
      ]);
      assert.deepEqual(said({ securityContext: { runAsNonRoot: true } }), ["app has no profile of seccomp (seccompProfile)"]);
      for (const value of [null, true]) {
        assert.deepEqual(said({}, { allowPrivilegeEscalation: value }), ["app may get more rights (allowPrivilegeEscalation)"]);
      }
      for (const drop of [null, [], ["NET_RAW"]]) {
        assert.deepEqual(said({}, { capabilities: { drop } }), ["app keeps capabilities (drop: [ALL])"]);
      }
      for (const kind of CONTAINERS) {
        assert.equal(broken("restricted", { containers: [], [kind]: [{ name: "app" }] }).length, 4, kind);
      }
    });

    it("refuses root and every capability but one, whatever baseline says of them", () => {
      assert.deepEqual(said({}, { runAsNonRoot: false }), ["app may run as root (runAsNonRoot)"]);
      assert.deepEqual(said({}, { runAsUser: 0 }), ["app runs as root (runAsUser)"]);
      assert.deepEqual(said({ securityContext: { ...TIGHT.securityContext, runAsUser: 0 } }), [
        "the pod runs as root (runAsUser)",
      ]);
      assert.deepEqual(said({}, { capabilities: { drop: ["ALL"], add: ["CHOWN"] } }), ["app has the capability CHOWN"]);
    });

    it("refuses volumes that lead out of the pod", () => {
      for (const kind of [
        "configMap",
        "csi",
        "downwardAPI",
        "emptyDir",
        "ephemeral",
        "image",
        "persistentVolumeClaim",
        "projected",
        "secret",
      ])
        assert.deepEqual(said({ volumes: [{ name: "v", [kind]: {} }] }), [], kind);
      for (const kind of ["nfs", "iscsi", "rbd", "cephfs", "flexVolume", "gitRepo", "fc", "portworxVolume"])
        assert.deepEqual(said({ volumes: [{ name: "v", [kind]: {} }] }), [`the volume v is of kind ${kind}`]);
    });

    it("minds no root where a pod has users of its own, and its /proc all the same", () => {
      assert.deepEqual(
        said({ hostUsers: false, securityContext: { ...TIGHT.securityContext, runAsUser: 0 } }, { runAsNonRoot: false }),
        [],
      );
      assert.deepEqual(said({ hostUsers: false }, { procMount: "Unmasked" }), ["app sees all of /proc (procMount)"]);
    });

    it("asks nothing of what somebody else says, and hears what is said", () => {
      for (const type of ["kubernetes:core/v1:PodPatch", "kubernetes:monitoring.coreos.com/v1:Prometheus"]) {
        assert.deepEqual(broken("restricted", { containers: [{ name: "app" }] }, {}, type), []);
        assert.deepEqual(broken("restricted", { containers: [{ name: "app", securityContext: { runAsUser: 0 } }] }, {}, type), [
          "app runs as root (runAsUser)",
        ]);
      }
    });

    it("says nothing of what nobody knows yet", () => {
      assert.deepEqual(said({ securityContext: UNKNOWN }), []);
      assert.deepEqual(said({}, { allowPrivilegeEscalation: UNKNOWN, capabilities: UNKNOWN }), []);
    });
  });
});
