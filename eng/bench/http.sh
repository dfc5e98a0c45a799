# What the benchmarks of HTTP services share; sourced by them. They set $connections, $seconds and $work.

# An RGB picture of noise that no PNG encoder can shrink: 640 x 640, which makes 1.2 MB, or as told.
noise_png() { # file, side
  python3 - "$1" "${2:-640}" <<'PY'
import os, struct, sys, zlib
side = int(sys.argv[2])
rows = b"".join(b"\0" + os.urandom(side * 3) for _ in range(side))
def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
with open(sys.argv[1], "wb") as f:
    f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))
PY
}

upload() { # base URL of the service, file; prints the id
  curl -sf -F "file=@$2" "$1/api/mv/upload_character_reference" | python3 -c 'import json,sys; print(json.load(sys.stdin)["image_id"])'
}

responds() { # URL; waits until it responds
  for _ in $(seq 300); do curl -sf -o /dev/null "$1" && return; sleep 0.1; done
  echo "nothing responds at $1" >&2
  return 1
}

load() { # prints requests per second; any response but 2xx fails the run
  local report; report=$(wrk -t2 -c"$connections" -d"${seconds}s" "$1")
  if grep -qE 'Non-2xx|Socket errors' <<<"$report"; then echo "$report" >&2; exit 1; fi
  awk '/Requests\/sec/ {print $2}' <<<"$report"
}

median() { sort -n "$1" | awk '{v[NR]=$1} END {print (NR % 2) ? v[(NR+1)/2] : (v[NR/2] + v[NR/2+1]) / 2}'; }
