import { Logger } from "@aws-lambda-powertools/logger";

/** Structured lines on stdout. Never log headers, URLs with a query or bodies: they carry tokens and signatures. */
export const createLogger = (serviceName: string): Logger => new Logger({ serviceName });
