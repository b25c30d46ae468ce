import type { DeclaredPod } from "./pods";
import { at, isHidden, isTrue, list, map, text } from "./values";
import type { Value } from "./values";

/**
 * The pod security standards of Kubernetes, field by field, as its own admission has them (`staging/src/k8s.io/pod-security-admission/policy`, up to
 * Kubernetes 1.36; https://kubernetes.io/docs/concepts/security/pod-security-standards/). `hostUsers` itself none of them forbids: where it is false, root
 * in the pod is nobody outside, and since 1.35 a few fields matter less. Pods of Windows, which Talos does not run, are judged as all others.
 * Nothing is said about a value that nobody can read.
 */

/** Capabilities that `baseline` lets a container add. */
const HARMLESS: readonly string[] = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

/** Settings of the kernel that belong to the pod alone. */
const SYSCTLS: readonly string[] = [
  "kernel.shm_rmid_forced",
  "net.ipv4.ip_local_port_range",
  "net.ipv4.ip_local_reserved_ports",
  "net.ipv4.ip_unprivileged_port_start",
  "net.ipv4.ping_group_range",
  "net.ipv4.tcp_fin_timeout",
  "net.ipv4.tcp_keepalive_intvl",
  "net.ipv4.tcp_keepalive_probes",
  "net.ipv4.tcp_keepalive_time",
  "net.ipv4.tcp_rmem",
  "net.ipv4.tcp_syncookies",
  "net.ipv4.tcp_wmem",
];

const SELINUX_TYPES: readonly string[] = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/** Volumes that `restricted` knows; all others lead out of the pod. */
const VOLUMES: readonly string[] = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "image",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

const PROFILES: readonly string[] = ["RuntimeDefault", "Localhost"];

/** Where old manifests name profiles of AppArmor and seccomp: Kubernetes still reads the first. */
const APPARMOR = "container.apparmor.security.beta.kubernetes.io/";
const SECCOMP = /^(?:container\.)?seccomp\.security\.alpha\.kubernetes\.io\//;

/** What pods do that `baseline` forbids: it reaches for their machine. */
export function breaksOfBaseline({ spec, annotations, containers }: DeclaredPod): readonly string[] {
  const mounts = hasOwnUsers(spec) ? [] : containers.flatMap(unmasked);
  return [
    ...["hostNetwork", "hostPID", "hostIPC"].filter((key) => isTrue(at(spec, key))),
    ...list(at(spec, "volumes")).flatMap(pathOf),
    ...list(at(spec, "securityContext", "sysctls"))
      .flatMap((each) => text(at(each, "name")) ?? [])
      .filter((name) => !SYSCTLS.includes(name))
      .map((name) => `sysctl ${name}`),
    ...Object.entries(annotations).flatMap(([key, value]) => (isUnconfined(key, value) ? [`${key}: ${text(value) ?? ""}`] : [])),
    ...contextBreaks("the pod", at(spec, "securityContext")),
    ...containers.flatMap(containerBreaks),
    ...mounts,
  ];
}

/** What pods do, or leave undone, that `restricted` forbids beyond that. */
export function breaksOfRestricted({ spec, containers, isPart }: DeclaredPod): readonly string[] {
  const context = at(spec, "securityContext");
  const unsaid = (what: string): string[] => (isPart ? [] : [what]);
  return [
    ...list(at(spec, "volumes")).flatMap(foreignVolume),
    ...(hasOwnUsers(spec) ? containers.flatMap(unmasked) : rootBreaks(spec, containers, unsaid)),
    ...containers.flatMap((container) => {
      const [name, own] = [nameOf(container), at(container, "securityContext")];
      const escalation = at(own, "allowPrivilegeEscalation");
      const profile = at(own, "seccompProfile", "type") ?? at(context, "seccompProfile", "type");
      const drop = at(own, "capabilities", "drop");
      const added = list(at(own, "capabilities", "add")).flatMap((each) => text(each) ?? []);
      return [
        ...(escalation === true ? [`${name} may get more rights (allowPrivilegeEscalation)`] : []),
        ...(escalation === undefined ? unsaid(`${name} may get more rights (allowPrivilegeEscalation)`) : []),
        ...(profile === undefined ? unsaid(`${name} has no profile of seccomp (seccompProfile)`) : []),
        ...(isHidden(drop) || list(drop).some((each) => each === "ALL" || isHidden(each))
          ? []
          : unsaid(`${name} keeps capabilities (drop: [ALL])`)),
        ...added
          // Of the others `baseline` speaks already.
          .filter((each) => HARMLESS.includes(each) && each !== "NET_BIND_SERVICE")
          .map((each) => `${name} has the capability ${each}`),
      ];
    }),
  ];
}

/** Whether root in the pod is nobody outside. */
function hasOwnUsers(spec: Value): boolean {
  return at(spec, "hostUsers") === false;
}

/** Who runs, or may run, as root. */
function rootBreaks(spec: Value, containers: readonly Value[], unsaid: (what: string) => string[]): string[] {
  const whole = at(spec, "securityContext", "runAsNonRoot");
  const said = (name: string, context: Value | undefined): string[] => [
    ...(at(context, "runAsUser") === 0 ? [`${name} runs as root (runAsUser)`] : []),
    ...(at(context, "runAsNonRoot") === false ? [`${name} may run as root (runAsNonRoot)`] : []),
  ];
  return [
    ...said("the pod", at(spec, "securityContext")),
    ...containers.flatMap((container) => {
      const [name, context] = [nameOf(container), at(container, "securityContext")];
      const isSaid = (at(context, "runAsNonRoot") ?? whole) !== undefined;
      return [...said(name, context), ...(isSaid ? [] : unsaid(`${name} may run as root (runAsNonRoot)`))];
    }),
  ];
}

function unmasked(container: Value): string[] {
  const mount = at(container, "securityContext", "procMount");
  return mount === undefined || mount === "Default" || isHidden(mount)
    ? []
    : [`${nameOf(container)} sees all of /proc (procMount)`];
}

function containerBreaks(container: Value): string[] {
  const [name, context] = [nameOf(container), at(container, "securityContext")];
  const capabilities = list(at(context, "capabilities", "add"))
    .flatMap((each) => text(each) ?? [])
    .filter((each) => !HARMLESS.includes(each));
  const ports = list(at(container, "ports")).map((port) => at(port, "hostPort"));
  return [
    ...(isTrue(at(context, "privileged")) ? [`${name} is privileged`] : []),
    ...capabilities.map((each) => `${name} has the capability ${each}`),
    ...(ports.every((port) => port === undefined || port === 0 || isHidden(port)) ? [] : [`${name} has ports of the machine`]),
    ...contextBreaks(name, context),
    ...askedHosts(container).map((host) => `${name} has its machine ask ${host}`),
  ];
}

/** What a pod and a container can say alike. */
function contextBreaks(name: string, context: Value | undefined): string[] {
  const unconfined = ["seccompProfile", "appArmorProfile"].filter((key) => {
    const type = text(at(context, key, "type"));
    return type !== undefined && !PROFILES.includes(type);
  });
  const [type, user, role] = ["type", "user", "role"].map((key) => text(at(context, "seLinuxOptions", key)) ?? "");
  return [
    ...(isTrue(at(context, "windowsOptions", "hostProcess")) ? [`${name} is a process of the machine (hostProcess)`] : []),
    ...unconfined.map((key) => `${name} is unconfined (${key})`),
    ...(SELINUX_TYPES.includes(type ?? "") && !user && !role ? [] : [`${name} chooses its own seLinuxOptions`]),
  ];
}

/** The path of the machine that a volume is. */
function pathOf(volume: Value): string[] {
  const host = at(volume, "hostPath");
  return host === undefined || isHidden(host) ? [] : [text(at(host, "path")) ?? "a path of the machine"];
}

function foreignVolume(volume: Value): string[] {
  const kind = Object.entries(map(volume)).find(
    ([key, value]) => key !== "name" && value !== null && !VOLUMES.includes(key),
  )?.[0];
  // Of paths `baseline` speaks already.
  return kind === undefined || kind === "hostPath" ? [] : [`the volume ${text(at(volume, "name")) ?? ""} is of kind ${kind}`];
}

function isUnconfined(key: string, value: Value): boolean {
  const profile = text(value);
  if (profile === undefined) return false;
  if (key.startsWith(APPARMOR)) return profile !== "" && profile !== "runtime/default" && !profile.startsWith("localhost/");
  return SECCOMP.test(key) && profile === "unconfined";
}

/** Whom kubelets ask in place of the container: from the machine, which reaches what a pod may not. */
function askedHosts(container: Value): string[] {
  const probes = ["livenessProbe", "readinessProbe", "startupProbe"].map((key) => at(container, key));
  const hooks = ["postStart", "preStop"].map((key) => at(container, "lifecycle", key));
  return [...probes, ...hooks]
    .flatMap((each) => ["httpGet", "tcpSocket"].map((way) => text(at(each, way, "host")) ?? ""))
    .filter((host) => host !== "");
}

function nameOf(container: Value): string {
  return text(at(container, "name")) ?? "a container";
}
