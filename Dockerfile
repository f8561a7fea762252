# syntax=docker/dockerfile:1
# Every step is a script under scripts/image, so that it can be run and checked without a container engine.
ARG SWIFT=swift:6.3-bookworm

FROM ${SWIFT} AS build
WORKDIR /peerage
# Dependencies first: they change less often than sources.
COPY Package.swift ./
COPY scripts/setup.sh scripts/
RUN scripts/setup.sh && swift package resolve
COPY . .
RUN scripts/image/build.sh /out

FROM build AS root
RUN apt-get update -qq && apt-get install -y --no-install-recommends ca-certificates && \
    scripts/image/assemble-root.sh /out/peerage /root-of-image

FROM scratch
LABEL org.opencontainers.image.title="peerage" \
      org.opencontainers.image.description="Keeps replication between Big Peers as declared in YAML"
COPY --from=root /root-of-image /
USER 65532:65532
WORKDIR /var/lib/peerage
EXPOSE 8080
ENTRYPOINT ["/usr/bin/peerage"]
CMD ["controller"]
