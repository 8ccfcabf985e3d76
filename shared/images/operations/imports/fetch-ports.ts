import type { StartDigests } from "../../../hashing/running-digests.ts";
import type { Explain } from "../../../log.ts";
import type { FetchTurnStore } from "../../ports/fetch-turns.ts";
import type { ImportSource } from "../../ports/import-source.ts";
import type { RemoteGlance } from "../../ports/remote-glance.ts";
import type { UsageStore } from "../../ports/usage-store.ts";
import type { pauseAfter } from "./fetch-part.ts";
import type { ImportPorts } from "./import-ports.ts";

/** What fetching is done with: by whoever reaches other hosts, and reads none of our bytes. */
export interface FetchingPorts
  extends Pick<
    ImportPorts,
    "images" | "tasks" | "stores" | "limits" | "queue" | "newId" | "clock" | "settings" | "partBytes"
  > {
  readonly turns: FetchTurnStore;
  readonly source: ImportSource;
  readonly usage: Pick<UsageStore, "read">;
  /** Other Glances of the cloud; absent where there is no Keystone that knows them. */
  readonly remote?: RemoteGlance;
  /** Bytes of the parts that are handed out together, for tests. */
  readonly pieceBytes?: number;
  readonly pause?: typeof pauseAfter;
  /** How digests of what comes are computed; at once, by whoever fetches, unless said. */
  readonly startDigests?: StartDigests;
}

/** What a run may take, and to whom it says what it did. */
export interface FetchRun {
  /** Of whoever asked for the import, where its method needs a login. */
  readonly token: string | undefined;
  readonly hasTime: () => boolean;
  /** Most bytes a second, at the moment of asking; 0: as many as come. */
  readonly bytesPerSecond: () => number;
  /** How many runs before this one have stored nothing, one after the other. */
  readonly emptyRuns: number;
  readonly explain: Explain;
  /** Asked now and then while bytes come, with how far it has come; false: it must end. */
  readonly mayGoOn: (message: string) => Promise<boolean>;
  /** Whether no other run can have the task in hand: asked before anything is stored. */
  readonly isOurs: () => boolean;
}
