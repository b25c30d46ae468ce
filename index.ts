import { loadStack } from "./config/load";
import { Platform } from "./components/platform";
import { planOrThrow } from "./planner";

const { stack, config, apiToken } = loadStack();
const platform = new Platform(config.metadata.name, { plan: planOrThrow(config, stack), apiToken });

export const { endpoint, machines, kubeconfig, talosconfig } = platform;
