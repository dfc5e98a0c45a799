# What the benchmarks beside the object storage share; sourced by them. They set $s3_port. It makes $work, which goes at the end with every server.

work=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null; done
  [ ! -d "$work/s3" ] || eng/start-s3 stop --dir "$work/s3" --port "$s3_port"
  rm -rf "$work"
}
trap cleanup EXIT

# Programs of Debian, by their full path: they see Debian's libraries whatever other Python stands in PATH.
need() { # file, packages it comes from
  [ ! -e "$1" ] || return 0
  [ "$(id -u)" = 0 ] || { echo "$0 needs $1: apt-get install ${*:2}" >&2; exit 1; }
  apt-get install -y --no-install-recommends "${@:2}" >/dev/null
}
need_boto3() { need /usr/lib/python3/dist-packages/boto3 python3-boto3; }

# A server of its own, so that nothing is left of what an earlier section stored.
start_s3() {
  [ -f "$work/s3.env" ] || eng/start-s3 --dir "$work/s3" --port "$s3_port" >"$work/s3.env"
  set -a
  # shellcheck source=/dev/null
  . "$work/s3.env"
  S3_TEST_REQUIRED=1
  set +a
}

use_bucket() { # name; makes it and names it, the server and its keys to programs, which find nothing else of how this machine reaches others
  unset "${!AWS_@}" "${!RCLONE_@}"
  export STORAGE_BUCKET=$1 S3_ENDPOINT=$S3_TEST_ENDPOINT AWS_ACCESS_KEY_ID=$S3_TEST_ACCESS_KEY AWS_SECRET_ACCESS_KEY=$S3_TEST_SECRET_KEY
  /usr/bin/python3 -c 'import boto3, os
boto3.client("s3", endpoint_url=os.environ["S3_ENDPOINT"], region_name="us-east-1").create_bucket(Bucket=os.environ["STORAGE_BUCKET"])'
}

publish_api() { eng/publish-api "$work/app"; }

start_api() { # port, further variables
  (cd "$work" && exec env ASPNETCORE_ENVIRONMENT=Production IMAGE_GENERATOR=placeholder DATA_ROOT="$work/data" API_PORT="$1" LOG_LEVEL=warning \
    STORAGE_BACKEND=s3 "${@:2}" dotnet "$work/app/CharacterRefs.Api.dll") >"$work/api.log" 2>&1 &
  pids+=($!)
}

peak_of() { awk '/VmHWM/ {print int($2 / 1024)}' "/proc/$1/status"; } # process; the most memory that was resident at one time, in MiB
