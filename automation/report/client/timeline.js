// What a bar says, below the drawing as well: a tooltip needs a mouse.
const detail = document.getElementById("timeline-detail");
const before = detail?.textContent ?? "";
const drawing = document.querySelector(".timeline");

/** @param {Event} event */
function spanOf(event) {
  return event.target instanceof Element ? event.target.closest("a.span") : null;
}

/** @param {Element} span */
function whatIsSaid(span) {
  return span.querySelector("title")?.textContent ?? "";
}

for (const type of ["focusin", "mouseover"]) {
  drawing?.addEventListener(type, (event) => {
    const span = spanOf(event);
    if (span && detail) detail.textContent = whatIsSaid(span);
  });
}
drawing?.addEventListener("mouseleave", () => {
  const focused = document.activeElement?.closest("a.span");
  if (detail) detail.textContent = focused ? whatIsSaid(focused) : before;
});
