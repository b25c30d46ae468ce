/**
 * A place for a VM of what is away, as the page's data have it.
 *
 * @typedef {[machine: string, host: string, tone: number, restarts: number, x: number, y: number, width: number, height: number]} Ghost
 */
/**
 * @typedef {object} Failure
 * @property {string} id
 * @property {string} says
 * @property {string} [datastore]
 * @property {string[]} hosts
 * @property {string[]} machines
 * @property {Ghost[]} ghosts
 */

const PREFIX = "#fail=";
const SVG = "http://www.w3.org/2000/svg";

const all = /** @type {Failure[]} */ (JSON.parse(document.getElementById("failure-data")?.textContent ?? "[]"));
const failures = new Map(all.map((failure) => [failure.id, failure]));
const panel = document.getElementById("verdict");
const announcement = document.getElementById("announcement");
/** @type {NodeListOf<HTMLSelectElement>} */
const choosers = document.querySelectorAll("select[data-choose-failure]");
const hint = panel?.firstElementChild?.cloneNode(true);

/** @type {string | undefined} */
let chosen;

/**
 * Elements by the value of one of their attributes.
 *
 * @param {string} attribute
 */
function byAttribute(attribute) {
  /** @type {Map<string, Element[]>} */
  const found = new Map();
  for (const element of document.querySelectorAll(`[${attribute}]`)) {
    const key = element.getAttribute(attribute) ?? "";
    found.set(key, [...(found.get(key) ?? []), element]);
  }
  return found;
}

const drawn = {
  machine: byAttribute("data-machine"),
  host: byAttribute("data-host-card"),
  memory: byAttribute("data-host"),
  datastore: byAttribute("data-datastore"),
  button: byAttribute("data-failure"),
  outcome: byAttribute("data-outcome"),
};

/**
 * Greys what is away.
 *
 * @param {Map<string, Element[]>} elements
 * @param {readonly string[]} names
 */
function takeAway(elements, names) {
  for (const name of names) for (const element of elements.get(name) ?? []) element.classList.add("is-away");
}

/** @param {Ghost} ghost */
function drawGhost([machine, host, tone, restarts, x, y, width, height]) {
  const group = document.createElementNS(SVG, "g");
  group.setAttribute("class", `ghost on-${tone}${restarts ? " restarts" : ""}`);
  const title = document.createElementNS(SVG, "title");
  title.textContent = `${machine} ${restarts ? "is started again here" : "would have room here"}`;
  const box = document.createElementNS(SVG, "rect");
  const place = { x: x + 1.5, y: y + 1.5, width: Math.max(1, width - 3), height: Math.max(1, height - 3), rx: 3 };
  for (const [name, value] of Object.entries(place)) box.setAttribute(name, String(value));
  box.setAttribute("class", `tone-${tone}`);
  group.append(title, box);
  const text = restarts ? `↻ ${machine}` : machine;
  if (text.length * 7.2 < width - 8 && height > 14) {
    const label = document.createElementNS(SVG, "text");
    label.setAttribute("class", "small halo");
    label.setAttribute("x", String(x + 6));
    label.setAttribute("y", String(y + Math.min(16, height / 2 + 4)));
    label.textContent = text;
    group.append(label);
  }
  for (const memory of drawn.memory.get(host) ?? []) memory.querySelector(".ghosts")?.append(group);
}

function clear() {
  for (const element of document.querySelectorAll(".is-away")) element.classList.remove("is-away");
  for (const ghosts of document.querySelectorAll(".ghosts")) ghosts.replaceChildren();
}

/** @param {Failure | undefined} failure */
function showVerdict(failure) {
  const words = failure && drawn.outcome.get(failure.id)?.[0];
  const shown = words ? words.cloneNode(true) : hint?.cloneNode(true);
  if (shown instanceof Element) shown.removeAttribute("data-outcome");
  panel?.replaceChildren(...(shown ? [shown] : []));
  if (!words || !panel) return;
  const reset = document.createElement("button");
  reset.type = "button";
  reset.className = "reset";
  reset.textContent = "Bring everything back";
  reset.addEventListener("click", () => {
    choose(undefined);
    const button = drawn.button.get(failure.id)?.[0];
    if (button instanceof HTMLElement) button.focus();
  });
  panel.append(reset);
}

/**
 * Lets something fail, or nothing; the page's address says which, so that it can be sent to somebody.
 *
 * @param {string | undefined} id
 */
function choose(id) {
  const failure = id === undefined ? undefined : failures.get(id);
  if (chosen === failure?.id) return;
  chosen = failure?.id;
  clear();
  document.documentElement.classList.toggle("is-failing", failure !== undefined);
  for (const [name, buttons] of drawn.button) {
    for (const button of buttons) button.setAttribute("aria-pressed", String(name === chosen));
  }
  for (const chooser of choosers) {
    const isThere = [...chooser.options].some(({ value }) => value === chosen);
    chooser.value = isThere && chosen !== undefined ? chosen : "";
  }
  if (failure) {
    takeAway(drawn.machine, failure.machines);
    takeAway(drawn.host, failure.hosts);
    if (failure.datastore !== undefined) takeAway(drawn.datastore, [failure.datastore]);
    for (const ghost of failure.ghosts) drawGhost(ghost);
  }
  showVerdict(failure);
  if (announcement) announcement.textContent = failure ? failure.says : "Everything is back.";
  const hash = failure ? `${PREFIX}${encodeURIComponent(failure.id)}` : "";
  if (failure || location.hash.startsWith(PREFIX)) {
    history.replaceState(null, "", `${location.pathname}${location.search}${hash}`);
  }
}

/** What the page's address asks for. */
function fromAddress() {
  if (!location.hash.startsWith(PREFIX)) return;
  try {
    choose(decodeURIComponent(location.hash.slice(PREFIX.length)));
  } catch {
    choose(undefined);
  }
}

for (const [name, buttons] of drawn.button) {
  for (const button of buttons) {
    button.addEventListener("click", () => {
      choose(name === chosen ? undefined : name);
    });
  }
}
for (const chooser of choosers) {
  chooser.addEventListener("change", () => {
    choose(chooser.value === "" ? undefined : chooser.value);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") choose(undefined);
});
addEventListener("hashchange", fromAddress);
if (location.hash.startsWith(PREFIX)) {
  fromAddress();
  document.getElementById("floor")?.scrollIntoView();
}
