import {ParleyError, type RoomId} from '@parley/protocol';
import type {Ids} from '../ports.js';
import type {PushReport, PushRequest} from '../pushes.js';
import {laterField, refuseContradictions} from './contradictions.js';
import type {Once} from './once.js';
import {printOf} from './print.js';
import type {RoomPushes} from './room-pushes.js';

export interface PushingTogetherOptions {
  readonly ids: Ids;
  readonly once: Once;
  readonly rooms: RoomPushes;
}

type Outcome = PushReport | ParleyError;

/** Several pushes into one room's feed: together, or none of them. */
export class PushingTogether {
  readonly #options: PushingTogetherOptions;

  constructor(options: PushingTogetherOptions) {
    this.#options = options;
  }

  async push(room: RoomId, requests: readonly PushRequest[]): Promise<readonly Outcome[]> {
    const first = firstPlaces(requests);
    const wrong = requests.map((request, place) => wrongOf(request, requests[first[place] ?? place]));
    if (wrong.some(Boolean)) return allOrNothing(wrong);
    const {ids, once, rooms} = this.#options;
    await rooms.requireRoom(room);
    const distinct = requests.filter((_, place) => first[place] === place);
    const asked = distinct.map((request) => ({
      key: request.key === undefined ? undefined : `push/${request.key}`,
      what: printOf(request),
    }));
    const done = await once.together(asked, (places) =>
      rooms.append(
        room,
        places.flatMap((place) => {
          const request = distinct[place];
          return request === undefined ? [] : {id: `p_${ids.id()}`, request};
        }),
      ),
    );
    const outcomes = done.map((one): Outcome | undefined => {
      if (one === undefined || one instanceof ParleyError) return one;
      return one.answer instanceof ParleyError ? one.answer : {...one.answer, repeated: one.repeated};
    });
    const byRequest = new Map(distinct.map((request, place) => [request, outcomes[place]]));
    return allOrNothing(
      requests.map((request, place) => {
        const outcome = byRequest.get(requests[first[place] ?? place] ?? request);
        const isAgain = first[place] !== place && outcome !== undefined && !(outcome instanceof ParleyError);
        return isAgain ? {...outcome, repeated: true} : outcome;
      }),
    );
  }
}

/** Of each push, where its key is used first. */
function firstPlaces(requests: readonly PushRequest[]): readonly number[] {
  const places = new Map<string, number>();
  return requests.map(({key}, place) => {
    if (key === undefined) return place;
    const first = places.get(key) ?? place;
    places.set(key, first);
    return first;
  });
}

function wrongOf(request: PushRequest, first: PushRequest = request): ParleyError | undefined {
  try {
    refuseContradictions(request);
    const field = laterField(request);
    if (field) throw new ParleyError('invalid_payload', {field, message: 'what is sent together is sent now'});
  } catch (error) {
    if (error instanceof ParleyError) return error;
    throw error;
  }
  return printOf(first) === printOf(request) ? undefined : new ParleyError('conflict', {field: 'key'});
}

/** What has no outcome was not done for the sake of what was refused. */
const allOrNothing = (outcomes: readonly (Outcome | undefined)[]): readonly Outcome[] =>
  outcomes.map((outcome) => outcome ?? new ParleyError('batch_aborted'));
