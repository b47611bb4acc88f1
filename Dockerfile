# The program in a small image: docker build -t meanwhile . && docker run --rm -p 8000:8000 meanwhile
FROM golang:1.26 AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
ARG VERSION=devel
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X meanwhile/cmd.version=$VERSION" -o /meanwhile .

# Busybox rather than nothing at all: its wget asks for the health.
FROM busybox:1.37-musl
COPY --from=build /meanwhile /usr/local/bin/meanwhile
USER 65534:65534
ENV HOME=/tmp
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=2s CMD ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8000/healthz"]
ENTRYPOINT ["meanwhile"]
# A container's loopback interface is its own: what is published has to listen on all of them. Docker waits ten seconds for an
# end, and the drain is to be over by then.
CMD ["serve", "--host", "0.0.0.0", "--log", "json", "--drain", "8s"]
