/** Whether the same call may succeed later, as the answer to it, the API's or S3's, has this status. */
export const isPassingStatus = (status: number): boolean => status === 429 || status >= 500;

/** Whether the status says that a transfer is not there any more: expired (its token, too), aborted, or its image deleted. */
export const isGoneStatus = (status: number): boolean => [401, 403, 404, 410].includes(status);
