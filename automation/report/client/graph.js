/**
 * @typedef {object} Graph
 * @property {{ width: number, height: number, gapX: number, gapY: number, line: number, mostLines: number }} node
 * @property {number[][]} groups
 * @property {string[]} names
 * @property {number[][]} dependencies
 */
/**
 * @typedef {object} Node
 * @property {SVGElement} element
 * @property {number} x
 * @property {number} y as it was drawn
 * @property {number} top as it is now
 * @property {number} height
 */

const SVG = "http://www.w3.org/2000/svg";
const svg = document.querySelector(".graph svg");
const detail = document.getElementById("graph-detail");
const text = document.getElementById("graph-data")?.textContent;

/** @param {string} json */
function parsed(json) {
  return /** @type {Graph} */ (JSON.parse(json));
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 */
function create(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  return element;
}

/**
 * Everything that can be reached.
 *
 * @param {readonly number[]} from
 * @param {readonly (readonly number[])[]} next
 */
function reach(from, next) {
  const seen = new Set(from);
  const open = [...from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const each of next[at] ?? []) {
      if (seen.has(each)) continue;
      seen.add(each);
      open.push(each);
    }
  }
  return seen;
}

/**
 * @param {Element} drawing
 * @param {Graph} graph
 */
function start(drawing, { node: size, groups, names, dependencies }) {
  /** @type {number[][]} */
  const dependents = dependencies.map(() => []);
  for (const [index, all] of dependencies.entries()) for (const each of all) dependents[each]?.push(index);
  const fullHeight = Number(drawing.getAttribute("height"));

  /** @type {Map<number, Node>} */
  const nodes = new Map();
  for (const element of drawing.querySelectorAll("[data-group]")) {
    if (!(element instanceof SVGElement)) continue;
    const [x = 0, y = 0] = (element.getAttribute("transform") ?? "").match(/-?[\d.]+/g)?.map(Number) ?? [];
    nodes.set(Number(element.dataset["group"]), { element, x, y, top: y, height: size.height });
  }

  /** Moves what is below an open group, and its lines along with it. */
  const arrange = () => {
    const lines = [...new Set([...nodes.values()].map(({ y }) => y))].sort((a, b) => a - b);
    let shift = 0;
    for (const y of lines) {
      const line = [...nodes.values()].filter((node) => node.y === y);
      for (const node of line) {
        node.top = y + shift;
        node.element.setAttribute("transform", `translate(${node.x} ${node.top})`);
      }
      shift += Math.max(...line.map(({ height }) => height)) - size.height;
    }
    for (const edge of drawing.querySelectorAll("[data-from]")) {
      const [from, to] = ["data-from", "data-to"].map((name) => nodes.get(Number(edge.getAttribute(name))));
      if (!from || !to) continue;
      const [x1, y1, x2, y2] = [from.x + size.width / 2, from.top + from.height, to.x + size.width / 2, to.top];
      const bend = Math.max(14, (y2 - y1) / 2);
      edge.setAttribute("d", `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`);
    }
    const [, , width] = (drawing.getAttribute("viewBox") ?? "").split(" ");
    drawing.setAttribute("viewBox", `0 0 ${width} ${fullHeight + shift}`);
    drawing.setAttribute("height", String(fullHeight + shift));
  };

  /**
   * @param {readonly number[]} members
   * @param {number} index
   */
  const line = (members, index) => {
    const isRest = index === size.mostLines && members.length > size.mostLines;
    const member = members[index] ?? 0;
    const link = create("a", { class: "member", href: isRest ? "#resources" : `#resource-${member}`, tabindex: -1 });
    if (!isRest) link.setAttribute("data-member", String(member));
    const label = create("text", { class: "small halo", x: 10, y: size.height + 12 + index * size.line });
    const name = isRest ? `… ${members.length - size.mostLines} more in the list` : (names[member] ?? "");
    const most = Math.floor((size.width - 14) / 6.8);
    label.textContent = name.length > most ? `${name.slice(0, most - 1)}…` : name;
    const title = create("title", {});
    title.textContent = name;
    link.append(title, label);
    return link;
  };

  /** @param {number} id */
  const toggle = (id) => {
    const node = nodes.get(id);
    const members = groups[id] ?? [];
    if (!node || members.length < 2) return;
    const open = node.element.getAttribute("aria-expanded") !== "true";
    const lines = open ? Math.min(members.length, size.mostLines + 1) : 0;
    node.height = size.height + (open ? lines * size.line + 8 : 0);
    node.element.setAttribute("aria-expanded", String(open));
    node.element.querySelector(".members")?.replaceChildren(...Array.from({ length: lines }, (_, index) => line(members, index)));
    for (const box of node.element.querySelectorAll(":scope > rect")) box.setAttribute("height", String(node.height));
    arrange();
  };

  /** @param {Element | null} target */
  const light = (target) => {
    const element = target?.closest("[data-group]");
    const member = target?.closest("[data-member]")?.getAttribute("data-member");
    const all = groups[Number(element?.getAttribute("data-group"))] ?? [];
    const from = !element ? [] : member === null || member === undefined ? all : [Number(member)];
    const [above, below] = [reach(from, dependencies), reach(from, dependents)];
    drawing.classList.toggle("is-lit", from.length > 0);
    /** @param {number} id */
    const sides = (id) => (groups[id] ?? []).map((each) => (above.has(each) ? 1 : 0) + (below.has(each) ? 2 : 0));
    const up = new Set([...nodes.keys()].filter((id) => sides(id).some((side) => (side & 1) > 0)));
    const down = new Set([...nodes.keys()].filter((id) => sides(id).some((side) => (side & 2) > 0)));
    for (const [id, node] of nodes) node.element.classList.toggle("lit", up.has(id) || down.has(id));
    for (const each of drawing.querySelectorAll("[data-member]")) {
      const index = Number(each.getAttribute("data-member"));
      each.classList.toggle("lit", above.has(index) || below.has(index));
    }
    for (const edge of drawing.querySelectorAll("[data-from]")) {
      const [a, b] = ["data-from", "data-to"].map((name) => Number(edge.getAttribute(name)));
      const isLit = [up, down].some((side) => side.has(a ?? -1) && side.has(b ?? -1));
      edge.classList.toggle("lit", isLit);
    }
    if (!detail) return;
    const what = from.length === 1 ? names[from[0] ?? 0] : element?.querySelector("title")?.textContent;
    detail.textContent =
      from.length === 0 ? "" : `${what}: hangs on ${above.size - from.length}, and ${below.size - from.length} hang on it`;
  };

  for (const [id, { element }] of nodes) {
    if ((groups[id] ?? []).length < 2) continue;
    element.setAttribute("role", "button");
    element.setAttribute("aria-expanded", "false");
  }
  drawing.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target?.closest(".member")) toggle(Number(target?.closest("[data-group]")?.getAttribute("data-group") ?? -1));
  });
  drawing.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!(event instanceof KeyboardEvent) || !target?.matches("[data-group]")) return;
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    toggle(Number(target.getAttribute("data-group")));
  });
  for (const type of ["focusin", "mouseover"]) {
    drawing.addEventListener(type, (event) => {
      light(event.target instanceof Element ? event.target : null);
    });
  }
  for (const type of ["focusout", "mouseleave"]) {
    drawing.addEventListener(type, () => {
      light(null);
    });
  }
}

if (svg && text) start(svg, parsed(text));
