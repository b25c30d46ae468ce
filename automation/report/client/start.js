// Before anything is drawn: whoever has no scripts sees no buttons, and a chosen theme does not flicker.
document.documentElement.classList.add("js");
try {
  const theme = localStorage.getItem("report-theme");
  if (theme === "dark" || theme === "light") document.documentElement.dataset["theme"] = theme;
} catch {
  // A page from a file may have no storage: then each opening begins with what the system says.
}
