import type { LabelSelector, NodeSelector, SelectorRequirement } from "./objects";

type Labels = Readonly<Record<string, string>>;

/** Whether a label selector selects an object. One that is absent selects nothing, an empty one everything. */
export function selects(selector: LabelSelector | undefined, labels: Labels = {}): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return hasAll(labels, matchLabels) && matchExpressions.every((each) => holds(each, labels[each.key]));
}

/** Whether a node is one of those a node selector names: any of its terms suffices, an empty term names none. */
export function selectsNode({ nodeSelectorTerms }: NodeSelector, name: string, labels: Labels = {}): boolean {
  return nodeSelectorTerms.some(({ matchExpressions = [], matchFields = [] }) => {
    if (matchExpressions.length + matchFields.length === 0) return false;
    return (
      matchExpressions.every((each) => holds(each, labels[each.key])) &&
      // The API allows no other field.
      matchFields.every((each) => each.key === "metadata.name" && holds(each, name))
    );
  });
}

/** Whether labels include all of those given. */
export function hasAll(labels: Labels, wanted: Labels): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function holds({ operator, values = [] }: SelectorRequirement, value: string | undefined): boolean {
  switch (operator) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    case "DoesNotExist":
      return value === undefined;
    case "Gt":
      return value !== undefined && Number(value) > Number(values[0]);
    case "Lt":
      return value !== undefined && Number(value) < Number(values[0]);
    default:
      return false;
  }
}
