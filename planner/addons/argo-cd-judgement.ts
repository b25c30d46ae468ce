import { ARGO_CD_DEFAULTS as DEFAULTS } from "../../config/addons/argo-cd";
import type { UnplacedProblem } from "../../config/problem";
import { nearest, problem } from "../../config/problem";
import type { Site } from "../site";
import type { AddonConfig } from "./definition";

type Config = AddonConfig<"argoCd">;

/** A name in the stack file that stands for something else in it. */
interface Reference {
  readonly path: string;
  readonly name: string | undefined;
  readonly among: "repositories" | "projects" | "clusters";
}

/** Names that lead nowhere, and repositories that hold no manifests. */
export function judgeArgoCd({ addons: { argoCd } }: Site): UnplacedProblem[] {
  if (!argoCd) return [];
  return [
    ...referencesOf(argoCd).flatMap((each) => judgeReference(argoCd, each)),
    ...judgeSources(argoCd),
    ...judgeUsers(argoCd),
  ];
}

function referencesOf({ projects, applications }: Config): Reference[] {
  return [
    ...Object.entries(projects).flatMap(([project, { repositories, destinations }]): Reference[] => {
      const at = `addons.argoCd.projects.${project}`;
      return [
        ...repositories.map((name, index) => ({ path: `${at}.repositories.${index}`, name, among: "repositories" as const })),
        ...destinations.map(({ cluster: name }, index) => ({
          path: `${at}.destinations.${index}.cluster`,
          name,
          among: "clusters" as const,
        })),
      ];
    }),
    ...Object.entries(applications).flatMap(([application, { project, repository, cluster }]): Reference[] => {
      const at = `addons.argoCd.applications.${application}`;
      return [
        { path: `${at}.project`, name: project === DEFAULTS.project ? undefined : project, among: "projects" },
        { path: `${at}.repository`, name: repository, among: "repositories" },
        { path: `${at}.cluster`, name: cluster, among: "clusters" },
      ];
    }),
  ];
}

function judgeReference(config: Config, { path, name, among }: Reference): UnplacedProblem[] {
  const names = Object.keys(config[among]);
  if (name === undefined || names.includes(name)) return [];
  const meant = nearest(name, names);
  const remedy = meant === undefined ? `add it under addons.argoCd.${among}` : `did you mean ${meant}?`;
  return [problem(path, name, `none of addons.argoCd.${among}`, names.join(", ") || "none is there", remedy)];
}

function judgeSources({ applications, repositories }: Config): UnplacedProblem[] {
  return Object.entries(applications).flatMap(([name, { repository }]) => {
    const source = repositories[repository];
    if (!source || (source.type !== "helm" && !source.url.startsWith("oci://"))) return [];
    const path = `addons.argoCd.applications.${name}.repository`;
    return [problem(path, repository, "a repository of charts, which has no folders", "one with type git", "name another one")];
  });
}

function judgeUsers({ repositories }: Config): UnplacedProblem[] {
  return Object.entries(repositories)
    .filter(([, { url, username }]) => url.startsWith("ssh://") && username !== undefined)
    .map(([name, { username = "" }]) =>
      problem(
        `addons.argoCd.repositories.${name}.username`,
        username,
        "SSH has its user in the URL",
        "ssh://<user>@<server>/…",
        "leave it out",
      ),
    );
}
