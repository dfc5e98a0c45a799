"""What eng/bench-jobs associate compares with: images brought under a job one by one, as a script does it: downloaded into the workspace, uploaded from there.

Prints the seconds that this took, without the start of the interpreter and of the client.
"""
import os
import sys
import time

import boto3
from botocore.config import Config

BUCKET = os.environ["STORAGE_BUCKET"]
keys_file, prefix, workspace = sys.argv[1:]
with open(keys_file, encoding="utf-8") as file:
    keys = file.read().split()
os.makedirs(workspace)
s3 = boto3.client(
    "s3",
    endpoint_url=os.environ["S3_ENDPOINT"],
    region_name="us-east-1",
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
)
s3.head_bucket(Bucket=BUCKET)

began = time.perf_counter()
for key in keys:
    name = key.rsplit("/", 1)[1]
    path = os.path.join(workspace, name)
    s3.download_file(BUCKET, key, path)
    s3.upload_file(path, BUCKET, prefix + name, ExtraArgs={"ContentType": "image/png"})
print(f"{time.perf_counter() - began:.3f}")
