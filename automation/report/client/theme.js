const button = document.querySelector("[data-theme-button]");
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

/** Whether the page is dark now, chosen or not. */
function isDark() {
  const chosen = document.documentElement.dataset["theme"];
  return chosen === undefined ? systemIsDark.matches : chosen === "dark";
}

function show() {
  button?.setAttribute("aria-pressed", String(isDark()));
}

button?.addEventListener("click", () => {
  const theme = isDark() ? "light" : "dark";
  document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem("report-theme", theme);
  } catch {
    // Chosen for this opening only.
  }
  show();
});
systemIsDark.addEventListener("change", show);
show();
