// Plain JavaScript on purpose: Pulumi starts packs with a loader that checks all types anew, which takes many times as long.
"use strict";

require("tsx/cjs");
require("./pack/serve.ts").serve();
