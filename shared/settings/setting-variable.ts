/** The variable by which people give an option, and functions are told it. */
export const settingVariable = (option: string): string => `GLANCE_${option.toUpperCase()}`;
