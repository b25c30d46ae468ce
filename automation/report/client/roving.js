// One stop of the Tab key for each group of like things; arrow keys go on within it.
const ITEMS = "button, a.span, [data-group]";
const STEPS = new Map([
  ["ArrowRight", 1],
  ["ArrowDown", 1],
  ["ArrowLeft", -1],
  ["ArrowUp", -1],
]);

for (const group of document.querySelectorAll("[data-roving]")) {
  const items = [...group.querySelectorAll(ITEMS)];

  /** @param {Element | undefined} current the one that Tab leads to */
  const mark = (current) => {
    for (const item of items) item.setAttribute("tabindex", item === current ? "0" : "-1");
  };

  mark(items[0]);
  group.addEventListener("focusin", (event) => {
    const item = event.target instanceof Element ? event.target.closest(ITEMS) : null;
    if (item && items.includes(item)) mark(item);
  });
  group.addEventListener("keydown", (event) => {
    if (!(event instanceof KeyboardEvent) || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = items.findIndex((item) => item === event.target);
    const step = STEPS.get(event.key);
    const ends = { Home: 0, End: items.length - 1 };
    const to = step !== undefined ? at + step : event.key === "Home" || event.key === "End" ? ends[event.key] : -1;
    const next = items[to];
    if (at < 0 || !(next instanceof HTMLElement || next instanceof SVGElement)) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}
