const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether a part of a key can be an id that this service makes or takes. */
export const isId = (text: string): boolean => uuid.test(text);
