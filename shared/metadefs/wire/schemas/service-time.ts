/** The schema of a time that only the service sets. */
export const serviceTime = (description: string) => ({
  type: "string",
  readOnly: true,
  description,
  format: "date-time",
});
