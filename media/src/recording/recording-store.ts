/** Where recordings go when they are finished, if they are not to stay in their folder. */
export interface RecordingStore {
  /**
   * Keeps a file under a name such as `den-2026-05-04T10-00-00-000Z/part-1/recording.json`, in place of what was kept under it.
   * Guarantee: when it resolves all of the file is kept; if it rejects the file may be put again. It tries again by itself
   * what may pass soon.
   */
  put(name: string, file: string, signal: AbortSignal): Promise<void>;
}
