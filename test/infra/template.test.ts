import { functions } from "./template/functions.ts";
import { gateway } from "./template/gateway.ts";
import { jobs } from "./template/jobs.ts";
import { policies } from "./template/policies.ts";
import { queues } from "./template/queues.ts";
import { stacks } from "./template/stacks.ts";

// All of one file: they read one synthesised app, which takes seconds to make.
for (const judge of [stacks, queues, functions, policies, gateway, jobs]) judge();
