# The images of onestop: `runtime` (the last one) serves and holds the command
# too, `migrations` brings a database to the newest schema and ends.
# deploy/README.md tells how to use them.
ARG BASE=debian:bookworm-slim


FROM ${BASE} AS build
WORKDIR /src
# The packages first: they change seldom, and this layer is then kept.
COPY scripts/packages.txt scripts/packages.txt
COPY scripts/dev/apt_install.sh scripts/dev/apt_install.sh
RUN awk '$1 == "build" { print $2 }' scripts/packages.txt \
      | xargs bash scripts/dev/apt_install.sh
COPY . .
RUN ./dev build


FROM ${BASE} AS migrations
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
         libdbd-pg-perl \
         postgresql-client-15 \
         sqitch \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --user-group --no-create-home \
      --shell /usr/sbin/nologin onestop
COPY migrations /usr/share/onestop/migrations
WORKDIR /usr/share/onestop/migrations
ENV HOME=/tmp \
    SQITCH_FULLNAME=onestop \
    SQITCH_EMAIL=onestop@localhost
USER 10001:10001
# Reads SQITCH_TARGET (db:postgresql://user@host/onestop) and PGPASSWORD.
CMD ["sqitch", "deploy", "--verify"]


FROM ${BASE} AS runtime
LABEL org.opencontainers.image.title="onestop" \
      org.opencontainers.image.description="Settles claims of the one-stop window of public medical insurance" \
      org.opencontainers.image.licenses="Apache-2.0"
# What the two programs link; what these need in turn comes with them. A test
# (tests/deploy_test.py) compares the list with the programs.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
         libabsl20220623 \
         libcsv3 \
         libfmt9 \
         libgcc-s1 \
         libgrpc++1.51 \
         libgrpc29 \
         libjemalloc2 \
         libpq5 \
         libprometheus-cpp-pull1.0 \
         libprotobuf32 \
         libspdlog1.10 \
         libssl3 \
         libstdc++6 \
         libxlsxwriter4 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --user-group --no-create-home \
      --shell /usr/sbin/nologin onestop
COPY --from=build /src/build/release/onestopd /usr/bin/onestopd
COPY --from=build /src/build/release/onestop /usr/bin/onestop
COPY policies /usr/share/onestop/policies
COPY LICENSE /usr/share/doc/onestop/LICENSE

# A container is reached from outside or not at all, so it listens on every
# address. Connections are not encrypted yet: the server refuses to start like
# that until ONESTOP_INSECURE says that something else protects the network
# (docs/adr/0013-plain-connections-need-a-word.md). The image does not say it
# for you.
ENV ONESTOP_LISTEN=0.0.0.0:50051 \
    ONESTOP_METRICS_ADDRESS=0.0.0.0:9464 \
    ONESTOP_POLICIES=/usr/share/onestop/policies
EXPOSE 50051 9464
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=4s --start-period=60s --retries=3 \
  CMD ["onestop", "health", "--deadline", "3"]
CMD ["onestopd"]
