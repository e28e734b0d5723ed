import {showPushes, type WorkerScope} from '@parley/client/service-worker';

declare const self: WorkerScope;

showPushes(self, {icon: '/favicon.svg', roomUrl: (room) => `/?room=${encodeURIComponent(room)}`});
