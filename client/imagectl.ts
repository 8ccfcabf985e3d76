#!/usr/bin/env node
import { isMainThread } from "node:worker_threads";
import { main } from "./commands/main.ts";

// The bundle is also what its hash threads load: only the main thread is the program.
if (isMainThread) await main(process.argv);
