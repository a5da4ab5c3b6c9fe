"""The engine's values: what Python makes of them, and back."""

import pathlib

from google.protobuf import json_format, struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
ASSET = "c44067f5952c0a294b673a41bacd8c17"


def to_python(struct) -> dict:
    return _whole(json_format.MessageToDict(struct))


def to_struct(values: dict):
    struct = struct_pb2.Struct()
    json_format.ParseDict(values, struct)
    return struct


def _whole(value):
    """Numbers come as floats; boto3 wants whole ones whole. What is null is not there."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return value


def archive_bytes(archive: dict) -> bytes:
    return _bytes(archive, ARCHIVE, "an archive")


def file_bytes(asset: dict) -> bytes:
    return _bytes(asset, ASSET, "a file")


def _bytes(value: dict, signature: str, what: str) -> bytes:
    if not isinstance(value, dict) or value.get(SIGNATURE) != signature or not value.get("path"):
        raise RuntimeError(f"expected the path of {what}, found {value!r}")
    return pathlib.Path(value["path"]).read_bytes()
