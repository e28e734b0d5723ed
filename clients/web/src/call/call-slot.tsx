export function CallSlot(_: any) {
  return null;
}
