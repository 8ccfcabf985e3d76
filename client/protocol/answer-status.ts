/** Whether the same call may succeed later, as the answer to it, the API's or S3's, has this status. */
export const isPassingStatus = (status: number): boolean => status === 429 || status >= 500;

/** Whether a store has taken a part: S3 answers 200, Swift 201. */
export const isPartStored = (status: number): boolean => status === 200 || status === 201;

/** Whether a store refuses a signed URL, most likely as it has expired: 403 of S3, 401 of Swift. */
export const isUrlRefused = (status: number): boolean => status === 401 || status === 403;

/** Whether the status says that a transfer is not there any more: expired (its token, too), aborted, or its image deleted. */
export const isGoneStatus = (status: number): boolean => [401, 403, 404, 410].includes(status);
