import type { Command } from "commander";
import type { Act, Add } from "./command-parts.ts";
import { storeHelp } from "./help-texts.ts";
import { deleteFromStore, listStores } from "./store.ts";

/** `imagectl store …`. */
export function addStoreCommands(program: Command, add: Add, act: Act): void {
  const store = program
    .command("store")
    .description("where images can be kept")
    .addHelpText("after", storeHelp);
  add(store, "list", "the stores of the service, in its order")
    .option("--long", "with type, weight and settings (admins)")
    .action(act(listStores));
  add(store, "delete <store> <image>", "take an image out of one of its stores (admins)").action(
    act(deleteFromStore),
  );
}
