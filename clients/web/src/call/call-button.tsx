export function CallButton(_: any) {
  return null;
}
