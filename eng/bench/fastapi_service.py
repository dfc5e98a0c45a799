"""What eng/bench-storage serve compares with: the same response by FastAPI and boto3, probing and signing for each request.

An image's extension is not known beforehand, so the candidates are requested one after the other until one is there. The endpoint is an ordinary function,
which FastAPI runs in its thread pool; one client with a connection for each of its threads serves all, as boto3 recommends.
"""
import os

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from fastapi import FastAPI, HTTPException

EXTENSIONS = ("png", "jpg", "jpeg", "webp")
BUCKET = os.environ["STORAGE_BUCKET"]
EXPIRY = int(os.environ.get("PRESIGNED_URL_EXPIRY", "3600"))

app = FastAPI()
s3 = boto3.client(
    "s3",
    endpoint_url=os.environ["S3_ENDPOINT"],
    region_name="us-east-1",
    config=Config(signature_version="s3v4", s3={"addressing_style": "path"}, max_pool_connections=40),
)


@app.get("/api/mv/get_character_reference/{image_id}")
def get_character_reference(image_id: str):
    for extension in EXTENSIONS:
        key = f"character_references/{image_id}.{extension}"
        try:
            s3.head_object(Bucket=BUCKET, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("404", "NoSuchKey"):
                continue
            raise HTTPException(status_code=503, detail="The store rejects.") from error
        except BotoCoreError as error:
            raise HTTPException(status_code=503, detail="The store does not respond.") from error
        url = s3.generate_presigned_url("get_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=EXPIRY)
        return {"image_id": image_id, "image_url": url, "storage_backend": "s3", "expires_in_seconds": EXPIRY, "cloud_path": key}
    raise HTTPException(status_code=404, detail=f"Character reference image with ID {image_id} not found")
