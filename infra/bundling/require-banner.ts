/** Begins a bundle that is a module: packages in CommonJS call require, which a module has not. */
export const requireBanner =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";
