import type { Timeline } from "./timeline.ts";

/** A service that is open on a folder, as whoever looks at it finds it. */
export interface OpenService {
  /** By the subject's name; what is half there is said, too. */
  look(): Promise<ReadonlyMap<string, string>>;
  /** Changes something that no subject is about, to see that it goes on. */
  use(): Promise<void>;
  close(): Promise<void>;
}

export interface ServiceUnderCut {
  open(directory: string): Promise<OpenService>;
  /** Asks an emulator on this folder for all kinds of changes, one after the other and side by side. */
  work(directory: string, timeline: Timeline): Promise<void>;
}
