/** Something that is done with WebRTC peers; `say` tells how far it is. Parameters and results are JSON. */
export type Job<Params, Result> = (params: Params, say: (text: string) => void) => Promise<Result>;
