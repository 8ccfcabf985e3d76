const refuse = (): never => {
  throw new Error("event streams are left out of the functions' bundles (infra/constructs/event-streams.ts)");
};

/**
 * Takes the place of @smithy/core/event-streams in the functions' bundles, which no operation they call speaks
 * (S3 Select does). 20 kB: its code, and what esbuild wraps around each module that a late import reaches.
 */
export class EventStreamSerde {
  constructor() {
    refuse();
  }
}

/** What the S3 client puts into its configuration, and asks for nothing before a stream comes. */
export const eventStreamSerdeProvider = () => refuse;
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;
