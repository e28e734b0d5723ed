/** Resolves once the condition holds; for what no client is told. Rejects if that takes too long. */
export async function eventually(
  condition: () => boolean | Promise<boolean>,
  what = 'a condition',
  withinMs = 10_000,
): Promise<void> {
  const until = Date.now() + withinMs;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
