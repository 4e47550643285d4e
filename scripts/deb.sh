#!/usr/bin/env bash
# Builds build/hall-kiosk_VERSION_ARCHITECTURE.deb from this checkout: `make deb`.
# The libraries are in it, in the versions of constraints.txt: a hall needs no access to an index.
#   scripts/deb.sh [FOLDER]                     the package
#   scripts/deb.sh FOLDER without-libraries     the same without them, to try installing and removing
set -euo pipefail
cd "$(dirname "$0")/.."
out="${1:-build}"
root="$out/deb"
lib="$root/opt/hall-kiosk/lib"
version="$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)"
architecture="$(dpkg --print-architecture)"
python="$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')"
next="$(python3 -c 'import sys; print("%d.%d" % (sys.version_info[0], sys.version_info[1] + 1))')"

rm -rf "$root"
mkdir -p "$lib" "$root/usr/bin" "$root/DEBIAN" "$root/usr/share/doc/hall-kiosk"
if [ "${2:-}" = without-libraries ]; then
    cp -r kiosk devices archive printing "$lib"
else
    echo "· installing the program and its libraries below $lib"
    .venv/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --target "$lib" '.[postgres,sign]'
    rm -rf "$lib/bin"
fi
# Compiled here: a program that compiled itself in /opt would leave files behind that no package owns.
find "$lib" -name __pycache__ -prune -exec rm -rf {} +
python3 -m compileall -q --invalidation-mode unchecked-hash -s "$root" "$lib"
cp -r systemd "$lib"
cat > "$root/usr/bin/kiosk" <<'PY'
#!/usr/bin/python3 -I
import sys

sys.path.insert(0, "/opt/hall-kiosk/lib")
from kiosk.cli import main

main()
PY
chmod 755 "$root/usr/bin/kiosk"
.venv/bin/kiosk install --prefix "$root" >/dev/null
cp LICENSE "$root/usr/share/doc/hall-kiosk/copyright"
sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@PYTHON@/$python/; s/@NEXT_PYTHON@/$next/" \
    scripts/deb/control.in > "$root/DEBIAN/control"
install -m 755 scripts/deb/preinst scripts/deb/postinst scripts/deb/prerm scripts/deb/postrm "$root/DEBIAN"
chmod -R u=rwX,go=rX "$root"
package="$out/hall-kiosk_${version}_${architecture}.deb"
# Under another name until it is whole: what was broken off must not look finished.
dpkg-deb --root-owner-group --build "$root" "$package.part" >/dev/null
mv "$package.part" "$package"
echo "· $package"
