import { moneyText } from "../../planner";
import type { Comparison, CostChange, Difference, FailureChange, FigureName, Money, Plan } from "../../planner";
import type { Style } from "./style";
import { NOUNS } from "./survival";
import { table } from "./table";
import { hang, truncate } from "./text";

/** What beside the names of two stacks takes room in a row. */
const FIGURES_WIDTH = 40;

/** Sizes in the words of people. */
const LABELS: Readonly<Record<FigureName, string>> = {
  hosts: "hosts",
  cores: "cores",
  threads: "threads",
  memoryGiB: "memory (GiB)",
  datastoresGiB: "datastores (GiB)",
  machines: "machines",
  controlPlanes: "control planes",
  workers: "workers",
  vcpus: "vCPUs",
  machineMemoryGiB: "memory of machines (GiB)",
  machineDisksGiB: "disks of machines (GiB)",
};

/** Two stacks beside each other: what they have, what they survive, what they cost. */
export function renderComparison(before: Plan, after: Plan, comparison: Comparison, style: Style): string[] {
  const { colors, safe, columns } = style;
  const sections = [
    renderFigures(before, after, comparison, style),
    renderFailures(comparison, style),
    renderCosts(comparison, style),
    renderUnpriced(before, after, style),
  ];
  const { stages } = comparison;
  const title = `${before.stack} (stage ${stages.before}) and ${after.stack} (stage ${stages.after})`;
  return [
    ...hang("", safe(title), columns).map((line) => colors.bold(line)),
    ...sections.flatMap((each) => ["", ...each]),
  ].filter((line, index, all) => line !== "" || all[index + 1] !== "");
}

function renderFigures(before: Plan, after: Plan, { figures }: Comparison, { safe, columns, glyphs }: Style): string[] {
  const room = Math.max(8, Math.floor((columns - FIGURES_WIDTH) / 2));
  const name = (plan: Plan): string => truncate(safe(plan.stack), room, glyphs.ellipsis);
  const shown = figures.filter((figure) => figure.before > 0 || figure.after > 0);
  return table(
    [
      { title: "" },
      { title: name(before), align: "right" },
      { title: name(after), align: "right" },
      { title: "", align: "right" },
    ],
    shown.map((figure) => [
      LABELS[figure.name],
      number(figure.before),
      number(figure.after),
      ratioText(figure.ratio, figure.before),
    ]),
  );
}

/** `2.3x` for 14 of 6; nothing where nothing changes or there was none. */
function ratioText(ratio: number | null, before: number): string {
  if (ratio === null || ratio === 1) return "";
  return before === 0 ? "" : `${Number(ratio.toFixed(1))}x`;
}

function number(size: number): string {
  return String(Number(size.toFixed(1)));
}

function renderFailures({ failures: { before, after, changes } }: Comparison, { safe, columns, glyphs }: Style): string[] {
  const counts = ({ survives, degraded, lost }: typeof before): string =>
    `${survives} survived, ${degraded} with something missing, ${lost} lost`;
  const told = (change: FailureChange): string[] =>
    hang(
      "  ",
      safe(
        `${NOUNS[change.kind]} ${change.name}: ${change.before ?? "not there"} ${glyphs.arrow} ${change.after ?? "not there"}`,
      ),
      columns,
    );
  return [
    ...hang("", safe(`single failures: ${counts(before)} ${glyphs.arrow} ${counts(after)}`), columns),
    ...changes.flatMap(told),
  ];
}

function renderCosts({ costs, figures }: Comparison, { safe, columns, glyphs }: Style): string[] {
  const more = (name: FigureName): number => {
    const figure = figures.find((each) => each.name === name);
    return (figure?.after ?? 0) - (figure?.before ?? 0);
  };
  return costs.flatMap((change) =>
    [...costTexts(change, glyphs.arrow), ...perAddedTexts(change, more)].flatMap((text, index) =>
      hang(index === 0 ? `${change.currency}  ` : "     ", safe(text), columns),
    ),
  );
}

/** What is paid once and every month, and what the difference comes to. */
function costTexts({ before, after, difference: { purchase, perMonth, overPeriod } }: CostChange, arrow: string): string[] {
  const line = (what: string, from: Money, to: Money, more: Difference): string =>
    `${what} ${moneyText(from)} ${arrow} ${moneyText(to)}, a difference of ${moneyText(more)}`;
  const isPaid = (...amounts: readonly Money[]): boolean => amounts.some((money) => moneyText(money) !== "0.00");
  return [
    ...(isPaid(before.purchase, after.purchase) ? [line("once", before.purchase, after.purchase, purchase)] : []),
    ...(isPaid(before.perMonth, after.perMonth) ? [line("a month", before.perMonth, after.perMonth, perMonth)] : []),
    overPeriod ? `over the period a difference of ${moneyText(overPeriod)}` : "the two are added up over different periods",
  ];
}

function perAddedTexts({ currency, perAdded: { core, worker } }: CostChange, more: (name: FigureName) => number): string[] {
  return [
    ...(core ? [`${more("cores")} more cores, ${currency} ${moneyText(core)} for each`] : []),
    ...(worker ? [`${more("workers")} more workers, ${currency} ${moneyText(worker)} for each`] : []),
  ];
}

/** What the difference leaves out. */
function renderUnpriced(before: Plan, after: Plan, { colors, safe, columns, glyphs }: Style): string[] {
  return [before, after].flatMap(({ stack, costs: { unpriced } }) =>
    unpriced.length === 0
      ? []
      : hang(
          `${glyphs.warning} without a price in ${safe(stack)}: `,
          safe(unpriced.map(({ what }) => what).join(", ")),
          columns,
        ).map((line) => colors.yellow(line)),
  );
}
