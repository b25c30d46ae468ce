/** What the engine does to a resource, for people. */
export const DOING: Readonly<Record<string, string>> = {
  create: "creating",
  update: "updating",
  delete: "deleting",
  replace: "replacing",
  read: "reading",
  refresh: "looking at it",
  import: "importing",
  discard: "forgetting",
  "create-replacement": "creating the new one",
  "delete-replaced": "deleting the old one",
  "discard-replaced": "forgetting the old one",
};

/** {@link DOING} when it is done, with the sign of it. */
export const DONE: Readonly<Record<string, readonly [sign: string, done: string]>> = {
  create: ["+", "created"],
  update: ["~", "updated"],
  delete: ["-", "deleted"],
  replace: ["±", "replaced"],
  read: [">", "read"],
  refresh: ["=", "looked at"],
  import: ["=", "imported"],
  discard: ["-", "forgotten"],
  "create-replacement": ["+", "made anew"],
  "delete-replaced": ["-", "old one deleted"],
  "discard-replaced": ["-", "old one forgotten"],
};
