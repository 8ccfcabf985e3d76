/** What the operator asked for cannot be deployed; the message alone is shown, in one line. */
export class InvalidDeployment extends Error {}
