#!/usr/bin/env node
// Plain JavaScript on purpose: it must be able to explain what is missing before anything can be transpiled.
"use strict";

const path = require("node:path");

const { engines } = require("../package.json");
const [wantedMajor, wantedMinor] = engines.node.replace(">=", "").split(".").map(Number);
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < wantedMajor || (major === wantedMajor && minor < wantedMinor)) {
  process.stderr.write(`Node.js ${process.versions.node} is too old: install ${engines.node}\n`);
  process.exit(1);
}

try {
  require("tsx/cjs");
} catch {
  process.stderr.write(`The packages are not installed: run npm ci in ${path.resolve(__dirname, "..")}\n`);
  process.exit(1);
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (error) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

require("../automation/cli.ts")
  .main(process.argv.slice(2))
  .then((code) => {
    process.exitCode = code;
  });
