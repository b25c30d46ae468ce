import { downloadImage, deleteImage, uploadFile } from "../../datacenter/virtual-machines";
import type { Datacenter } from "../../datacenter/datacenter";
import { datastoreOf } from "../../datacenter/vm-checks";
import { ApiError } from "../api-error";
import type { ApiRequest, Endpoints } from "../request";
import { parameter, part } from "../request";

const NODE = "/nodes/:node";
const STORAGE = `${NODE}/storage/:storage`;

/** Bytes of the simulated disk image: 300 MiB, as the table of durations reckons with. */
const IMAGE_BYTES = 300 * 1024 ** 2;
const GIB = 1024 ** 3;

/** Calls about storages and what they hold. */
export const storage: Endpoints = {
  [`GET ${NODE}/storage`]: (request, { dc }) => storagesOf(dc, part(request, "node")),
  [`GET ${STORAGE}/status`]: (request, { dc }) => {
    const found = storagesOf(dc, part(request, "node")).find((each) => each["storage"] === part(request, "storage"));
    if (!found) throw new ApiError(500, `storage '${part(request, "storage")}' does not exist`);
    return found;
  },
  [`GET ${NODE}/query-url-metadata`]: (request) => ({
    filename: new URL(parameter(request, "url")).pathname.replace(/^.*\//, ""),
    size: IMAGE_BYTES,
    mimetype: "application/octet-stream",
  }),
  [`POST ${STORAGE}/download-url`]: (request, { dc, tasks }) => {
    const [host, store] = [part(request, "node"), part(request, "storage")];
    const [url, name, content] = [parameter(request, "url"), parameter(request, "filename"), parameter(request, "content")];
    const volume = `${store}:${content}/${name}`;
    if (dc.state.images[host]?.includes(volume)) throw new ApiError(500, `refusing to override existing file '${name}'`);
    return tasks.start(host, "download", name, request.user, downloadImage(dc, host, store, volume, url));
  },
  [`POST ${STORAGE}/upload`]: (request, { dc, tasks }) => {
    const [host, store, content] = [part(request, "node"), part(request, "storage"), parameter(request, "content")];
    const name = parameter(request, "filename:file");
    // Proxmox takes nothing else over its API (PVE::API2::Storage::Status).
    if (!["iso", "vztmpl", "import"].includes(content)) throw new ApiError(400, `upload content type '${content}' not allowed`);
    if (content === "iso" && !/\.(iso|img)$/i.test(name)) throw new ApiError(400, "wrong file extension");
    const volume = `${store}:${content}/${name}`;
    return tasks.start(host, "imgcopy", "", request.user, uploadFile(dc, host, store, volume, request.form["filename"] ?? ""));
  },
  [`GET ${STORAGE}/content`]: (request, { dc }) => {
    datastoreOf(dc, part(request, "node"), part(request, "storage"));
    const { content } = request.form;
    return volumesOf(dc, part(request, "node"), part(request, "storage")).filter(
      (volume) => content === undefined || volume.content === content,
    );
  },
  [`GET ${STORAGE}/content/:volume`]: (request, { dc }) => {
    const [host, store, volid] = [part(request, "node"), part(request, "storage"), volumeOf(request)];
    const volume = volumesOf(dc, host, store).find((each) => each.volid === volid);
    if (!volume) throw new ApiError(500, `volume '${volid}' does not exist`);
    return { path: `/var/lib/vz/${volid.replace(/^[^:]*:/, "")}`, format: volume.format, size: volume.size, used: volume.size };
  },
  [`DELETE ${STORAGE}/content/:volume`]: (request, { dc, tasks }) => {
    const [host, volid] = [part(request, "node"), volumeOf(request)];
    if (!dc.state.images[host]?.includes(volid)) throw new ApiError(500, `volume '${volid}' does not exist`);
    return tasks.start(host, "imgdel", volid.replace(/:/g, "_"), request.user, deleteImage(dc, host, volid));
  },
};

/** A volume's id, which may be given without its storage. */
function volumeOf(request: ApiRequest): string {
  const name = part(request, "volume");
  return name.includes(":") ? name : `${part(request, "storage")}:${name}`;
}

interface Volume {
  readonly volid: string;
  readonly content: string;
  readonly format: string;
  readonly size: number;
  readonly vmid?: number;
}

function volumesOf(dc: Datacenter, host: string, store: string): Volume[] {
  const images = (dc.state.images[host] ?? [])
    .filter((volid) => volid.startsWith(`${store}:`))
    .map((volid) => ({
      volid,
      content: /:([^/]+)\//.exec(volid)?.[1] ?? "",
      format: volid.replace(/^.*\./, ""),
      size: IMAGE_BYTES,
    }));
  const disks = dc.state.vms
    .filter((vm) => vm.vmId > 0 && vm.host === host)
    .flatMap(({ vmId }) =>
      Object.values(dc.state.settings[`vm:${vmId}`] ?? {}).flatMap((setting) => {
        const volid = /^([^,:=]+:vm-\d+-[^,]+)/.exec(setting)?.[1];
        if (volid?.startsWith(`${store}:`) !== true) return [];
        return [{ volid, content: "images", format: "raw", size: 0, vmid: vmId }];
      }),
    );
  return [...images, ...disks];
}

/** Every installation has `local` for files; the others are block storages, but for one that takes images as well. */
function storagesOf(dc: Datacenter, host: string): Record<string, string | number>[] {
  const { datastores, imageDatastore } = dc.host(host);
  const local = { storage: "local", type: "dir", content: FILES, active: 1, enabled: 1, shared: 0 };
  const sized = datastores.map(({ name, sizeGiB, shared }) => {
    const takesFiles = name === "local" || name === imageDatastore;
    return {
      storage: name,
      type: takesFiles ? "dir" : shared ? "rbd" : "lvmthin",
      content: takesFiles ? `images,rootdir,${FILES}` : "images,rootdir",
      active: 1,
      enabled: 1,
      shared: shared ? 1 : 0,
      total: sizeGiB * GIB,
      used: usedOn(dc, host, name) * GIB,
      avail: (sizeGiB - usedOn(dc, host, name)) * GIB,
    };
  });
  return [...(datastores.some(({ name }) => name === "local") ? [] : [local]), ...sized];
}

const FILES = "iso,vztmpl,backup,import,snippets";

function usedOn(dc: Datacenter, host: string, datastore: string): number {
  const storage = dc.storage(host, datastore);
  return dc.state.vms
    .flatMap((vm) => vm.disks.filter((disk) => dc.storage(vm.host, disk.datastore) === storage))
    .reduce((sum, { sizeGiB }) => sum + sizeGiB, 0);
}
