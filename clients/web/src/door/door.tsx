import type {JSX} from 'preact';
import type {App, Welcome} from '../store/app.js';
import {BrandMark} from '../ui/brand-mark.js';
import {Icon} from '../ui/icon.js';
import {NameForm, TokenForm} from './forms.js';

export function Door({app, welcome}: {app: App; welcome: Welcome}): JSX.Element {
  const {room} = app.parameters;
  return (
    <main class="door">
      <div class="door__card">
        <header class="door__head">
          <BrandMark />
          <div>
            <h1 class="door__title">{room === undefined ? 'Welcome to Parley' : `Join #${room}`}</h1>
            <p class="door__lead">Chat and calls on your own server.</p>
          </div>
        </header>
        {welcome.problem !== undefined && (
          <div class="notice notice--bad" role="alert" data-testid="door-problem">
            <Icon name="warning" />
            <div>
              <p class="notice__title">{welcome.problem.title}</p>
              <p>{welcome.problem.text}</p>
            </div>
          </div>
        )}
        {welcome.by === 'name' ? (
          <NameForm app={app} busy={welcome.busy} />
        ) : (
          <TokenForm app={app} busy={welcome.busy} noOther={welcome.by === 'onlyToken'} />
        )}
      </div>
      <p class="door__hint" hidden={welcome.by !== 'name'}>
        Open this page in a second tab to talk to yourself: another name is another person, the same name is the same
        person on a second device.
      </p>
    </main>
  );
}
