/** Writes one track to a file. */
export interface FileWriter {
  /** Resolves when it writes no more, whatever the reason. */
  readonly ended: Promise<void>;
  /** What ffmpeg complained of. */
  readonly errors: string;
  /** Finishes the file; resolves when no process of it is left. Idempotent. */
  stop(): Promise<void>;
}

/** What of ffmpeg's output is the same for all tracks: a file that plays up to its last second, whenever it ends. */
export const asItIs = (format: string, file: string): readonly string[] => [
  ...['-map', '0', '-c', 'copy', '-f', format],
  ...['-cluster_time_limit', '1000', '-flush_packets', '1', file],
];

export const quiet = ['-nostdin', '-hide_banner', '-loglevel', 'error'] as const;

export const mostErrorCharacters = 2_000;
