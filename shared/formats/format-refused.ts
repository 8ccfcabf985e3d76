/**
 * The stored data may not become an image of the declared format.
 * `reason` is the sentence Glance gives clients; `message` is for a person: the reason, then
 * whole sentences about what was found and what to do.
 */
export class FormatRefused extends Error {
  override readonly name = "FormatRefused";
  readonly reason: string;
  /** Whether services with other settings than Glance's defaults take such data. */
  readonly dependsOnSettings: boolean;

  constructor(reason: string, explanation: string, dependsOnSettings = false) {
    super(`${reason}. ${explanation}`);
    this.reason = reason;
    this.dependsOnSettings = dependsOnSettings;
  }
}
