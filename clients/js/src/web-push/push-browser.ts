/** What web push needs of a browser: in tests another one. */
export interface PushBrowser {
  /** Undefined where there is no web push: in Node, without TLS, or on an iPhone before the page is on its home screen. */
  readonly permission: NotificationPermission | undefined;
  /** To be called while a person's click is being handled. */
  ask(): Promise<NotificationPermission>;
  /** The page's service worker must be registered. Undefined if this browser has not subscribed. */
  subscription(): Promise<BrowserSubscription | undefined>;
  subscribe(publicKey: string): Promise<BrowserSubscription>;
}

export interface BrowserSubscription {
  /** What it was made with; undefined if the browser does not say. */
  readonly publicKey: string | undefined;
  readonly endpoint: string;
  readonly keys: {readonly p256dh: string; readonly auth: string};
  remove(): Promise<void>;
}

/** This browser's own. */
export const thisBrowser: PushBrowser = {
  get permission() {
    const isThere = 'PushManager' in globalThis && 'Notification' in globalThis && 'serviceWorker' in navigator;
    return isThere ? Notification.permission : undefined;
  },
  ask: () => Notification.requestPermission(),
  subscription: async () => {
    const registration = await navigator.serviceWorker.getRegistration();
    const subscription = await registration?.pushManager.getSubscription();
    return subscription ? described(subscription) : undefined;
  },
  subscribe: async (publicKey) => {
    const registration = await navigator.serviceWorker.getRegistration();
    if (registration === undefined) throw new Error('The page has registered no service worker.');
    const options = {userVisibleOnly: true, applicationServerKey: publicKey};
    return described(await registration.pushManager.subscribe(options));
  },
};

function described(subscription: PushSubscription): BrowserSubscription {
  const key = (name: PushEncryptionKeyName): string => base64url(subscription.getKey(name));
  const {applicationServerKey} = subscription.options;
  return {
    publicKey: applicationServerKey === null ? undefined : base64url(applicationServerKey),
    endpoint: subscription.endpoint,
    keys: {p256dh: key('p256dh'), auth: key('auth')},
    remove: async () => {
      await subscription.unsubscribe();
    },
  };
}

function base64url(bytes: ArrayBuffer | null): string {
  const text = Array.from(new Uint8Array(bytes ?? new ArrayBuffer(0)), (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
