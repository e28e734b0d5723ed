import type {MediaSource, Rights} from '@parley/client';
import {call} from '@parley/protocol';

/** Which of one's own pictures and sounds the others may be shown. */
export type MayShow = Readonly<Record<MediaSource, boolean>>;

export function mayShow({call: rights}: Rights): MayShow {
  const may = (source: MediaSource): boolean => rights.includes(call.rightToPublish[source]);
  return {camera: may('camera'), microphone: may('microphone'), screen: may('screen'), screenAudio: may('screenAudio')};
}
