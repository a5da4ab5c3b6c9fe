"""Clients of an emulator's services."""

import boto3
from botocore.config import Config


def clients(endpoint: str, region: str):
    """A function that makes the client of a service."""

    def client(service: str):
        return boto3.client(
            service, endpoint_url=endpoint, region_name=region, aws_access_key_id="test", aws_secret_access_key="test",
            config=Config(s3={"addressing_style": "path"}),
        )

    return client
