/**
 * The member that an object itself has under a name that somebody else chose; undefined when there is none. What
 * every object inherits (`constructor`, `__proto__`, `toString`) is never found.
 */
export const ownValue = <Value>(
  object: { readonly [name: string]: Value } | null | undefined,
  name: string,
): Value | undefined =>
  object !== null && object !== undefined && Object.hasOwn(object, name) ? object[name] : undefined;
