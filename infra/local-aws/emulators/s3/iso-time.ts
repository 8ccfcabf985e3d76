/** S3's time in XML; its objects' times have no fraction of a second. */
export const isoTime = (milliseconds: number): string =>
  new Date(Math.floor(milliseconds / 1000) * 1000).toISOString();
