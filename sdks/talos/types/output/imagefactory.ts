export interface GetExtensionsVersionsExactFilters {
  readonly names?: string[];
}

export interface GetExtensionsVersionsExtensionsInfo {
  readonly author: string;
  readonly description: string;
  readonly digest: string;
  readonly name: string;
  readonly ref: string;
}

export interface GetExtensionsVersionsFilters {
  readonly names?: string[];
}

export interface GetOverlaysVersionsFilters {
  readonly name?: string;
}

export interface GetOverlaysVersionsOverlaysInfo {
  readonly digest: string;
  readonly image: string;
  readonly name: string;
  readonly ref: string;
}

export interface GetUrlsUrls {
  readonly diskImage: string;
  readonly diskImageSecureboot: string;
  readonly initramfs: string;
  readonly installer: string;
  readonly installerSecureboot: string;
  readonly iso: string;
  readonly isoSecureboot: string;
  readonly kernel: string;
  readonly kernelCommandLine: string;
  readonly pxe: string;
  readonly uki: string;
}

export interface GetVersionsFilters {
  readonly stableVersionsOnly?: boolean;
}
