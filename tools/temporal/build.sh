#!/bin/sh
# Builds bin/temporal, the workflow engine of a one-machine installation, if it is missing or older than its sources.
set -eu
cd "$(dirname "$0")"
out=../../bin/temporal

if [ -x "$out" ] && [ -z "$(find . -type f \( -name '*.go' -o -name 'go.*' \) -newer "$out")" ]; then
	exit 0
fi
command -v go >/dev/null || {
	echo "temporal: Go is missing; install the version that go.mod names" >&2
	exit 1
}

echo "Building the workflow engine (Temporal) into bin/temporal."
echo "This takes about 6 minutes on 2 cores, once; afterwards it is kept."

mkdir -p ../../bin
log=$(mktemp)
new=$out.$$
building=
stop() {
	[ -z "$building" ] || kill "$building" 2>/dev/null || true
	rm -f "$log" "$log.err" "$new"
}
trap stop EXIT
trap 'exit 130' INT TERM HUP

# How many packages have to be compiled; this also fetches the modules that are missing.
echo "  looking at the sources"
if ! go list -trimpath -ldflags="-s -w" -deps -f '{{if .Stale}}{{.ImportPath}}{{end}}' . >"$log" 2>"$log.err"; then
	echo "temporal: its Go modules could not be fetched: $(tail -n 1 "$log.err")" >&2
	exit 1
fi
total=$(grep -c . "$log" || true)
: >"$log"

go build -v -trimpath -ldflags="-s -w" -o "$new" . 2>"$log" &
building=$!
seconds=0
while kill -0 "$building" 2>/dev/null; do
	sleep 1
	seconds=$((seconds + 1))
	if [ $((seconds % 10)) -eq 0 ]; then
		echo "  $(grep -c . "$log" || true) of $total packages, $seconds s"
	fi
done
if ! wait "$building"; then
	building=
	echo "temporal: the build failed; \`cd tools/temporal && go build\` shows all of it. The last it said: $(tail -n 1 "$log")" >&2
	exit 1
fi
building=
mv "$new" "$out"
echo "bin/temporal is built."
