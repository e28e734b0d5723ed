/** What the engine says; a pino logger fits. */
export interface MediaLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
