/** Custom properties by name; null has no value. */
export type GivenProperties = readonly (readonly [name: string, value: string | null])[];

/**
 * Rules for custom properties beyond Glance's own, for one request. They are asked after the caller's rights, before
 * anything is written.
 */
export interface PropertyRules {
  /**
   * Judges the properties that a request sets. Throws BadRequest, with every reason, for what may not be; what is only
   * doubtful goes to the request's warnings.
   */
  judge(properties: GivenProperties): Promise<void>;
}
