# Parley in a container: `docker build -t parley .`
# Stage 1 compiles the media worker and the server; stage 2 holds what runs, without compilers, sources or root.

FROM node:22-bookworm AS build
WORKDIR /parley
RUN apt-get update \
  && apt-get install -y --no-install-recommends g++ pkg-config flatbuffers-compiler libflatbuffers-dev \
    libssl-dev libuv1-dev libsrtp2-dev libabsl-dev \
  && rm -rf /var/lib/apt/lists/*

# The worker depends on mediasoup's version and the recipe alone: this layer outlives changes of our own sources.
COPY package.json package-lock.json .npmrc ./
COPY signaling/protocol/package.json signaling/protocol/
COPY signaling/package.json signaling/
COPY media/package.json media/
COPY server/package.json server/
COPY clients/js/package.json clients/js/
COPY clients/backend/package.json clients/backend/
COPY clients/web/package.json clients/web/
COPY load-tests/package.json load-tests/
RUN npm ci
COPY scripts scripts
RUN cp "$(node scripts/media-worker.mjs | tail -n 1)" /usr/local/bin/mediasoup-worker

COPY . .
RUN npm run build \
  && npm prune --omit=dev \
  && rm -rf node_modules/mediasoup/worker

FROM node:22-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends libssl3 libuv1 libsrtp2-1 libabsl20220623 \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /parley
COPY --from=build /usr/local/bin/mediasoup-worker /usr/local/bin/mediasoup-worker
COPY --from=build /parley/node_modules node_modules
COPY --from=build /parley/package.json package.json
COPY --from=build /parley/signaling/protocol/package.json signaling/protocol/package.json
COPY --from=build /parley/signaling/protocol/dist signaling/protocol/dist
COPY --from=build /parley/signaling/package.json signaling/package.json
COPY --from=build /parley/signaling/dist signaling/dist
COPY --from=build /parley/media/package.json media/package.json
COPY --from=build /parley/media/dist media/dist
COPY --from=build /parley/server/package.json server/package.json
COPY --from=build /parley/server/lua server/lua
COPY --from=build /parley/server/proto server/proto
COPY --from=build /parley/server/dist server/dist
COPY --from=build /parley/clients/web/dist clients/web/dist

ENV NODE_ENV=production \
  MEDIASOUP_WORKER_BIN=/usr/local/bin/mediasoup-worker \
  PARLEY_HOST=0.0.0.0 \
  PARLEY_OPS_HOST=0.0.0.0
USER node
EXPOSE 7400 7401
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:'+(process.env.PARLEY_OPS_PORT??7401)+'/live').then(r=>process.exit(r.ok?0:1),()=>process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "server/dist/main.js"]
