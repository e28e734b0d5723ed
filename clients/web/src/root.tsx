import type {JSX} from 'preact';
import {Door} from './door/door.js';
import {Shell} from './shell/shell.js';
import type {App} from './store/app.js';
import {ToastList} from './ui/toast-list.js';

export function Root({app}: {app: App}): JSX.Element {
  const screen = app.screen.value;
  return (
    <>
      {screen.at === 'door' ? <Door app={app} welcome={screen.welcome} /> : <Shell app={app} space={screen.space} />}
      <ToastList toasts={app.toasts} />
    </>
  );
}
