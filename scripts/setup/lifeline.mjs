/**
 * Preloaded into a node that a script starts: ends it in good order when that script is gone without having said so
 * (killed, crashed). The node is in a process group of its own, so nothing else would.
 */
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  // It must not keep the node alive.
  process.channel.unref();
}
