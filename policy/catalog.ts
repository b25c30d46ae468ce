import { encryptedBackups } from "./policies/encrypted-backups";
import { encryptedSecrets } from "./policies/encrypted-secrets";
import { encryptedSnapshots } from "./policies/encrypted-snapshots";
import { hostAccess } from "./policies/host-access";
import { hostMemoryReserve } from "./policies/host-memory-reserve";
import { noRestartInUpdate } from "./policies/no-restart-in-update";
import { pinnedVersions } from "./policies/pinned-versions";
import { plainCredentials } from "./policies/plain-credentials";
import { podSecurityStandard } from "./policies/pod-security-standard";
import { privilegedNamespaces } from "./policies/privileged-namespaces";
import { protectedControlPlanes } from "./policies/protected-control-planes";
import { protectedData } from "./policies/protected-data";
import { protectedIdentity } from "./policies/protected-identity";
import { restrictedPods } from "./policies/restricted-pods";
import { unprivilegedContainers } from "./policies/unprivileged-containers";
import { verifiedKubelets } from "./policies/verified-kubelets";
import { verifiedTls } from "./policies/verified-tls";
import { vmMarks } from "./policies/vm-marks";
import type { Policy } from "./policy";

/** Every policy, in the order of `docs/policy.md`; a test holds the two together. */
export const POLICIES: readonly Policy[] = [
  protectedIdentity,
  protectedControlPlanes,
  protectedData,
  noRestartInUpdate,
  vmMarks,
  hostMemoryReserve,
  pinnedVersions,
  podSecurityStandard,
  privilegedNamespaces,
  hostAccess,
  restrictedPods,
  unprivilegedContainers,
  encryptedSecrets,
  plainCredentials,
  encryptedSnapshots,
  encryptedBackups,
  verifiedTls,
  verifiedKubelets,
];
