import {render} from 'preact';
import {Root} from './root.js';
import {App} from './store/app.js';
import {readPageParameters} from './store/page-parameters.js';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';
import './styles/avatar.css';
import './styles/dialog.css';
import './styles/door.css';
import './styles/shell.css';
import './styles/me.css';
import './styles/call-entry.css';
import './styles/room.css';
import './styles/message.css';
import './styles/composer.css';
import './styles/members.css';
import './styles/devices.css';
import './styles/notices.css';
import './styles/toasts.css';

const element = document.getElementById('app');
if (element !== null) {
  const app = new App(readPageParameters(new URL(location.href)), sessionStorage);
  render(<Root app={app} />, element);
  await app.begin();
}
