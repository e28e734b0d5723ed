/** Resolves once the condition holds; for what no client is told. Rejects after ten seconds. */
export async function eventually(condition: () => boolean | Promise<boolean>, what = 'a condition'): Promise<void> {
  const until = Date.now() + 10_000;
  while (!(await condition())) {
    if (Date.now() > until) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
