/**
 * Texts of errors are for people, and Glance changes them from release to release. Their status, form (JSON, HTML,
 * plain text, nothing) and title are always compared. The words are where clients or their users rely on them
 * (docs/reference/image-api.md, "Error bodies"), or where this service has Glance's own: what is listed here. Bodies of
 * successes are compared whole.
 */
const sameWordsOfMetadefs: readonly RegExp[] = [
  /^The metadata definition namespace=.* already exists\.$/s,
  /^Metadata definition \S+ .* is protected and cannot be deleted\.$/s,
  /^Forbidding request, metadata definition namespace=/,
];
const sameWords: readonly RegExp[] = [
  /^You are not authorized to complete (?!(set|delete)_image_location)\w+ action\.$/,
  /^Attribute '.*' is (read-only|reserved)\.$/,
  /^Attribute \w+ can be only replaced for a queued image\.$/,
  /^Property .* (does not exist|already present|may not be removed)\.$/,
  /^Not allowed to (de|re)activate image in status '\w+'$/,
  /^Image \S+ \d+\} is protected and cannot be deleted\.$/,
  /^Image ID .* already exists!$/,
  /^Member .* is duplicated for image /,
  /^The limit has been exceeded on the number of allowed image .*\. Attempted: \d+, Maximum: \d+$/,
  /^The method \w+ is not allowed for this resource\.$/,
  /^A body is not expected with this request\.$/,
  /^Pointer .* (does not start with|contains) /,
  /^Operations must be JSON objects\.$/,
  ...sameWordsOfMetadefs,
];

/** Here this service says what Glance says, and then more. */
const sameBeginning: readonly RegExp[] = [
  /^This server could not verify that you are authorized to access the document you requested\./,
  /^No image found with ID \{image /,
  /^Image status transition from \w+ to \w+ is not allowed/,
  /^Provided object does not match schema 'image': (?!.*\['tags'\])/,
  /^Malformed JSON in request body/,
  /^Old and new sorting syntax cannot be combined/,
  /^Number of sort dirs does not match the number of sort keys/,
  /^Unable to filter on a range with a non-numeric value/,
  /^Invalid visibility value: /,
  /^Bad "\w+" query filter format/,
  /^Provided object does not match schema '(namespace|object|property|tags?|resource_type_association)': /,
  /^Invalid sort direction: /,
];

/** WebOb's sentence before Glance's own words (docs/reference/image-api.md, "Error bodies"). */
const sentence =
  /^(Access was denied to this resource|There was a conflict when trying to complete your request)\. /;

/** What of two texts has to be equal; undefined: nothing. */
export function comparedWords(reference: string, here: string): [string, string] | undefined {
  const words = reference.replace(sentence, "");
  if (sameWords.some((text) => text.test(words))) return [words, here];
  for (const beginning of sameBeginning) {
    const [same] = beginning.exec(words) ?? [];
    if (same !== undefined) return [same, here.slice(0, same.length)];
  }
  return undefined;
}
