import { dropRule, manage, release, setRule } from "../../datacenter/high-availability";
import type { Settings } from "../../datacenter/model";
import { ApiError } from "../api-error";
import type { ApiRequest, Backstage, Endpoints } from "../request";
import { parameter, part } from "../request";

const RESOURCES = "/cluster/ha/resources";
const RULES = "/cluster/ha/rules";

/** Calls about what Proxmox starts again elsewhere. */
export const highAvailability: Endpoints = {
  [`GET ${RESOURCES}`]: (_request, { dc }) => dc.state.haResources.map((sid) => resource(sid, dc.state.settings[`ha:${sid}`])),
  [`POST ${RESOURCES}`]: async (request, { dc, time }) => {
    const sid = parameter(request, "sid");
    if (dc.state.haResources.includes(sid))
      throw new ApiError(500, `create ha resource failed: resource ID '${sid}' already defined`);
    await time.run(manage(dc, sid));
    dc.state.settings[`ha:${sid}`] = own(request, ["sid"]);
    return null;
  },
  [`GET ${RESOURCES}/:sid`]: (request, { dc }) =>
    resource(managed(request, dc.state.haResources), dc.state.settings[`ha:${part(request, "sid")}`]),
  [`PUT ${RESOURCES}/:sid`]: async (request, { dc, time }) => {
    const sid = managed(request, dc.state.haResources);
    await time.run(dc.spend("haChange", sid.replace(/^vm:/, "")));
    dc.state.settings[`ha:${sid}`] = changed(dc.state.settings[`ha:${sid}`] ?? {}, request);
    return null;
  },
  [`DELETE ${RESOURCES}/:sid`]: async (request, { dc, time }) => {
    const sid = managed(request, dc.state.haResources);
    await time.run(release(dc, sid));
    Reflect.deleteProperty(dc.state.settings, `ha:${sid}`);
    return null;
  },
  [`GET ${RULES}`]: (_request, { dc }) =>
    Object.keys(dc.state.haRules).map((rule) => ({ rule, ...shownRule(dc.state.settings[`rule:${rule}`]) })),
  [`POST ${RULES}`]: async (request, backstage) => {
    const name = parameter(request, "rule");
    if (name in backstage.dc.state.haRules) throw new ApiError(500, `create ha rule failed: rule ID '${name}' already defined`);
    await applyRule(name, own(request, ["rule"]), backstage);
    return null;
  },
  [`GET ${RULES}/:rule`]: (request, { dc }) => {
    const rule = known(request, dc.state.haRules);
    return { rule, ...shownRule(dc.state.settings[`rule:${rule}`]) };
  },
  [`PUT ${RULES}/:rule`]: async (request, backstage) => {
    const name = known(request, backstage.dc.state.haRules);
    await applyRule(name, changed(backstage.dc.state.settings[`rule:${name}`] ?? {}, request), backstage);
    return null;
  },
  [`DELETE ${RULES}/:rule`]: async (request, { dc, time }) => {
    const name = known(request, dc.state.haRules);
    await time.run(dropRule(dc, name));
    Reflect.deleteProperty(dc.state.settings, `rule:${name}`);
    return null;
  },
};

async function applyRule(name: string, settings: Settings, { dc, time }: Backstage): Promise<void> {
  const names = (text = ""): string[] => text.split(",").filter((each) => each !== "");
  const hosts = names(settings["nodes"]).map((node) => node.replace(/:.*$/, ""));
  await time.run(
    setRule(dc, { name, resources: names(settings["resources"]), hosts, apart: settings["affinity"] === "negative" }),
  );
  dc.state.settings[`rule:${name}`] = settings;
}

function resource(sid: string, settings: Settings = {}): object {
  const { max_restart, max_relocate, failback, ...others } = settings;
  const numbers = Object.entries({ max_restart, max_relocate, failback }).filter(([, value]) => value !== undefined);
  return { sid, type: "vm", ...others, ...Object.fromEntries(numbers.map(([name, value]) => [name, Number(value)])) };
}

function shownRule({ disable, strict, ...others }: Settings = {}): object {
  return { ...others, ...(disable === "1" ? { disable: 1 } : {}), ...(strict === undefined ? {} : { strict: Number(strict) }) };
}

function own({ form }: ApiRequest, names: readonly string[]): Settings {
  return Object.fromEntries(Object.entries(form).filter(([name]) => !names.includes(name)));
}

function changed(before: Settings, request: ApiRequest): Settings {
  const gone = (request.form["delete"] ?? "").split(",");
  return Object.fromEntries(
    Object.entries({ ...before, ...own(request, ["delete", "digest"]) }).filter(([name]) => !gone.includes(name)),
  );
}

function managed(request: ApiRequest, ids: readonly string[]): string {
  const sid = part(request, "sid");
  if (!ids.includes(sid)) throw new ApiError(500, `no such resource '${sid}'`);
  return sid;
}

function known(request: ApiRequest, rules: Readonly<Record<string, unknown>>): string {
  const rule = part(request, "rule");
  if (!(rule in rules)) throw new ApiError(500, `no such ha rule '${rule}'`);
  return rule;
}
