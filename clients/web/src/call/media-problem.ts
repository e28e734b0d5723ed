export type DeviceKind = 'camera' | 'microphone';

/** Why a device cannot be used, in words that lead to its remedy. */
export interface MediaProblem {
  readonly cause: 'denied' | 'system' | 'absent' | 'busy' | 'insecure' | 'other';
  readonly title: string;
  readonly remedy: string;
}

/** Explains what `getUserMedia` rejected with. */
export function explainMediaError(kind: DeviceKind, error: unknown): MediaProblem {
  const {name, message} = error instanceof Error ? error : {name: '', message: String(error)};
  switch (name) {
    case 'NotAllowedError':
    case 'SecurityError':
      return /system/i.test(message)
        ? {
            cause: 'system',
            title: `The system keeps your ${kind} from the browser.`,
            remedy: `Allow this browser to use the ${kind} in the privacy settings of your system, then try again.`,
          }
        : {
            cause: 'denied',
            title: `This page may not use your ${kind}.`,
            remedy: `Allow the ${kind} for this page by the icon beside its address, then try again.`,
          };
    case 'NotFoundError':
    case 'OverconstrainedError':
      return {
        cause: 'absent',
        title: `No ${kind} was found.`,
        remedy: `Plug one in or choose another below. You can join without a ${kind}.`,
      };
    case 'NotReadableError':
    case 'AbortError':
      return {
        cause: 'busy',
        title: `Your ${kind} is in use elsewhere.`,
        remedy: `Close the other program or tab that uses the ${kind}, then try again.`,
      };
    default:
      return {cause: 'other', title: `Your ${kind} could not be started.`, remedy: message};
  }
}

/** Browsers give devices only to pages that nobody on the way can change. */
export const insecureContext = (kind: DeviceKind): MediaProblem => ({
  cause: 'insecure',
  title: `The browser gives no ${kind} to this page.`,
  remedy: 'Cameras and microphones need HTTPS, or an address of this machine such as http://localhost.',
});
