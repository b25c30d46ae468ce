import { Failure } from "../failure";
import type { Check } from "../render/checks";
import type { StateLocation } from "./location";
import { shownUrl } from "./location";
import { missingRight } from "./bucket-failure";
import type { StateStore, Versioning } from "./store";
import { StoreFailure } from "./store-failure";

/** Where the state is, and who says so. */
export function checkLocation({ url, source }: StateLocation, wanted: string | undefined): Check {
  const name = "backend";
  if (url === "") {
    const remedy = "say where the state is in proxmox-talos:state, or run pulumi login";
    return { name, state: "fail", found: "none: nobody says where the state is", remedy };
  }
  const found = `${shownUrl(url)} (${source})`;
  const isOverridden = source === "PULUMI_BACKEND_URL" && wanted !== undefined && wanted !== url;
  if (!isOverridden) return { name, state: "ok", found, remedy: "" };
  return { name, state: "warn", found, remedy: `unset PULUMI_BACKEND_URL: the stack file says ${shownUrl(wanted)}` };
}

/** Whether the folder or bucket can be read, keeps versions, and is nobody else's to read. What fails ends it. */
export async function checkStore(store: StateStore, stack: string): Promise<{ checks: Check[]; versioning: Versioning | null }> {
  const checks: Check[] = [];
  try {
    if (!(await store.exists())) {
      const remedy = `lab state bootstrap ${stack} makes it`;
      return { checks: [{ name: "store", state: "fail", found: `${store.name} is not there`, remedy }], versioning: null };
    }
    checks.push({ name: "store", state: "ok", found: `${store.name} can be read`, remedy: "" });
    const versioning = await store.versioning();
    checks.push(versionsCheck(versioning, stack), publicCheck(await store.isPublic()));
    return { checks, versioning };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { found, remedy } = error instanceof StoreFailure ? error : { found: error.message, remedy: "" };
    return { checks: [...checks, { name: "store", state: "fail", found, remedy }], versioning: null };
  }
}

/** What is said of a store that keeps no versions. */
export const NO_VERSIONS = "none are kept (a folder and Garage have none): lab keeps backups of the state instead";

function versionsCheck(versioning: Versioning, stack: string): Check {
  const name = "versions";
  if (versioning === "on") return { name, state: "ok", found: "what is overwritten is kept", remedy: "" };
  if (versioning === "unsupported") return { name, state: "ok", found: NO_VERSIONS, remedy: "" };
  if (versioning === "unknown") {
    const found = "cannot be known: the credentials may not ask";
    return {
      name,
      state: "warn",
      found,
      remedy: `${missingRight("GetBucketVersioning")}; lab keeps backups of the state in any case`,
    };
  }
  const remedy = `lab state bootstrap ${stack} turns them on where the server can (AWS, MinIO); Garage cannot`;
  return { name, state: "warn", found: "off: lab keeps backups of the state instead", remedy };
}

function publicCheck(isPublic: boolean): Check {
  const name = "access";
  if (!isPublic) return { name, state: "ok", found: "nobody reads it without credentials", remedy: "" };
  const remedy = "close it: a state has the names and addresses of everything, and secrets whose encryption is their only guard";
  return { name, state: "fail", found: "anybody can read it", remedy };
}
