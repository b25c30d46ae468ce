/** The default of every `transformX` escape hatch. */
export function unchanged<T>(args: T): T {
  return args;
}
