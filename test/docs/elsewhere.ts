/**
 * Commands for machines that no test has: Proxmox hosts, running clusters, stores of objects. Every program, what it is told to do and
 * each option stands here because somebody has looked it up; a command that is not in here fails the tests.
 */
interface Program {
  /** Why nothing runs it. */
  readonly reason: string;
  /** What it may be told to do, with the options of that, separated by spaces. */
  readonly verbs: Readonly<Record<string, string>>;
  /** Options of all of them. */
  readonly options: string;
  /** Options that stand without a value. @default none */
  readonly switches?: string;
}

const CLUSTER = "speaks to a running cluster";
const HOST = "runs on a Proxmox host, as root; its privileges are held to what the simulated API asks (privileges.test.ts)";
const STORE = "speaks to somebody's store of objects";

export const ELSEWHERE: Readonly<Record<string, Program>> = {
  kubectl: {
    reason: CLUSTER,
    options: "-n --namespace --kubeconfig -A --all-namespaces -o -l",
    switches: "-A --all-namespaces",
    verbs: {
      get: "--raw --field-selector --watch",
      describe: "",
      logs: "--follow --tail --previous",
      "create job": "--from",
      drain: "--ignore-daemonsets --delete-emptydir-data",
      "top pods": "--sort-by",
      taint: "",
      edit: "",
      config: "",
      uncordon: "",
      "port-forward": "",
      "certificate approve": "",
    },
  },
  talosctl: {
    reason: CLUSTER,
    options: "-n --nodes -e --endpoints --talosconfig",
    verbs: {
      reset: "--graceful --reboot --system-labels-to-wipe",
      service: "",
      services: "",
      bootstrap: "--recover-from --recover-skip-hash-check",
      upgrade: "--image --wait",
      "etcd members": "",
      "etcd status": "",
      "etcd defrag": "",
      "etcd snapshot": "",
      "etcd remove-member": "",
      "etcd alarm disarm": "",
      cp: "",
      containers: "-k",
      dmesg: "",
      logs: "",
      reboot: "",
      usage: "-d",
      health: "",
      "get machineconfig": "-o",
    },
  },
  helm: { reason: CLUSTER, options: "-n", verbs: { history: "", rollback: "" } },
  pveum: {
    reason: HOST,
    options: "",
    verbs: {
      "role add": "--privs",
      "role modify": "--privs --append",
      "user add": "",
      "user token add": "--privsep",
      "user token remove": "",
      "acl modify": "--users --roles",
    },
  },
  pvesm: { reason: HOST, options: "", verbs: { list: "--vmid", set: "--content", status: "" } },
  qm: { reason: HOST, options: "", verbs: { list: "", unlock: "", config: "", set: "" } },
  pvecm: { reason: HOST, options: "", verbs: { status: "", create: "", add: "", "qdevice setup": "" } },
  aws: {
    reason: STORE,
    options: "--endpoint-url",
    verbs: {
      "s3 ls": "",
      "s3 cp": "",
      "s3api create-bucket": "--bucket",
      "s3api get-bucket-lifecycle-configuration": "--bucket",
      "s3api put-bucket-lifecycle-configuration": "--bucket --lifecycle-configuration",
      "s3api put-bucket-versioning": "--bucket --versioning-configuration",
    },
  },
  garage: {
    reason: STORE,
    options: "",
    verbs: { "bucket create": "", "key create": "", "key info": "--show-secret", "bucket allow": "--read --write --owner --key" },
  },
  mc: { reason: STORE, options: "", verbs: { mb: "", "admin user add": "", "admin policy attach": "" } },
  age: {
    reason: "needs a key that nobody but its owner has",
    options: "--decrypt --identity --recipient --output -r -d -i -o",
    verbs: {},
  },
  sops: {
    reason: "needs a key that nobody but its owner has",
    options: "--encrypt --decrypt --age --in-place --add-age --rm-age --input-type --output-type",
    verbs: {},
  },
  "age-keygen": { reason: "makes a key that has to be kept", options: "-o --output", verbs: {} },
};

/** What is wrong with a command for elsewhere; undefined when nothing is. */
export function elsewhereProblem([name = "", ...words]: readonly string[]): string | undefined {
  const program = ELSEWHERE[name];
  if (!program) return `${name} is in none of the tables of what may stand in a document`;
  const switches = (program.switches ?? "").split(" ");
  const options = words.filter((word) => word.startsWith("-"));
  const bare = words.filter((word, index) => {
    const before = words[index - 1] ?? "";
    const isValue =
      before.startsWith("-") &&
      !before.includes("=") &&
      !switches.includes(before) &&
      program.options.split(" ").includes(before);
    return !word.startsWith("-") && !isValue;
  });
  const verb = Object.keys(program.verbs)
    .sort((a, b) => b.length - a.length)
    .find((each) => each === bare.slice(0, each.split(" ").length).join(" "));
  if (verb === undefined && Object.keys(program.verbs).length > 0) return `${name} is never told to ${bare[0] ?? "do nothing"}`;
  const known = `${program.options} ${program.verbs[verb ?? ""] ?? ""}`.split(" ");
  const unknown = options.find((option) => !known.includes(option.replace(/=.*$/s, "")));
  return unknown === undefined ? undefined : `${name} ${verb ?? ""} has no option ${unknown} here`;
}
