/** What the API refuses with: Proxmox says the reason in the status line itself. */
export class ApiError extends Error {
  /**
   * @param status HTTP status code
   * @param message reason phrase, one line
   * @param errors what is wrong with single parameters
   */
  constructor(
    public readonly status: number,
    message: string,
    public readonly errors: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

/** A VM without a configuration: Proxmox speaks of the file. */
export function noSuchVm(host: string, vmId: string): ApiError {
  return new ApiError(500, `Configuration file 'nodes/${host}/qemu-server/${vmId}.conf' does not exist`);
}

/** A parameter that must be there. */
export function missing(name: string): ApiError {
  return new ApiError(400, "Parameter verification failed.", { [name]: "property is missing and it is not optional" });
}
