/** All that only calls need: loaded together with the first call. */
import './call.css';
import './tile.css';
import './people.css';
import './rehearse.css';

export {CallSession, type EndReason} from './call-session.js';
export {mayShow} from './may-show.js';
export {Lobby} from './lobby.js';
export {LocalMedia} from './local-media.js';
export {Sound} from './sound.js';
export {Stage} from './stage.js';
