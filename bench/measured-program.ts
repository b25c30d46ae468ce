// The project's own program, leaving behind how much memory its process took.
import { writeFileSync } from "node:fs";
import { MEMORY_FILE } from "./sample";
import "../index";

process.once("exit", () => {
  const file = process.env[MEMORY_FILE];
  if (file !== undefined) writeFileSync(file, String(process.resourceUsage().maxRSS));
});
