# One image for control plane and workers: docker build -t backup-scheduler .
FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY . .
RUN npx tsc -p tsconfig.json && rm -rf dist/test dist/bench dist/.tsbuildinfo

FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

# TigerBeetle with a data folder that belongs to an ordinary user. Never older than the client in package.json.
FROM ghcr.io/tigerbeetle/tigerbeetle:0.17.9 AS tigerbeetle
RUN adduser -D -H -u 1000 tigerbeetle && install -d -o 1000 -g 1000 -m 0700 /data
USER 1000:1000
VOLUME /data

FROM node:20-bookworm-slim AS backup-scheduler
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/web ./web
COPY --from=build /app/docs/open-backup.mjs ./docs/
COPY package.json ./
RUN install -d -o node -g node -m 0700 /state /scratch /config /recovery /restores
USER node
ENTRYPOINT ["node", "--initial-heap-size=128", "/app/dist/cli/main.js"]
CMD ["--help"]
