"""The engine's values: what Python makes of them, and back."""

import json
import pathlib

from google.protobuf import json_format, struct_pb2

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
ARCHIVE = "0def7320c3a5731c473e5ecbe6d01bc7"
ASSET = "c44067f5952c0a294b673a41bacd8c17"


class Inputs(dict):
    """The inputs of a resource, and the names of those that were looked at."""

    def __init__(self, values: dict):
        super().__init__(values)
        self.used = set()

    def __getitem__(self, name):
        self.used.add(name)
        return super().__getitem__(name)

    def get(self, name, default=None):
        self.used.add(name)
        return super().get(name, default)


def to_python(struct) -> dict:
    return without_nulls(json_format.MessageToDict(struct))


def to_struct(values: dict):
    struct = struct_pb2.Struct()
    json_format.ParseDict(values, struct)
    return struct


def without_nulls(value):
    """Numbers come as floats; boto3 wants whole ones whole. What is null is not there."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    return value


def whole(value):
    """A value to compare: JSON inside texts is read."""
    if isinstance(value, str) and value.startswith("{"):
        return json.loads(value)
    return without_nulls(value)


def archive_bytes(archive: dict) -> bytes:
    return _bytes(archive, ARCHIVE, "an archive")


def file_bytes(asset: dict) -> bytes:
    return _bytes(asset, ASSET, "a file")


def _bytes(value: dict, signature: str, what: str) -> bytes:
    if not isinstance(value, dict) or value.get(SIGNATURE) != signature or not value.get("path"):
        raise RuntimeError(f"expected the path of {what}, found {value!r}")
    return pathlib.Path(value["path"]).read_bytes()
