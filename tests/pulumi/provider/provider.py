"""A stand-in for pulumi-resource-aws: see README.md beside this folder."""

import json
import os
import secrets
from concurrent import futures

import grpc
from botocore.exceptions import BotoCoreError, ClientError
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2
from pulumi.runtime.proto import provider_pb2 as messages
from pulumi.runtime.proto import provider_pb2_grpc as services

import cloudformation
import schema
from resources import KINDS, Aws, is_gone, notification
from wire import UNKNOWN, Inputs, to_python, to_struct, whole

VERSION = "7.51.1"
MAX_MESSAGE_BYTES = 64 << 20
# Inputs that the emulator does not keep, such as `Function.loggingConfig`.
FORGOTTEN = set(os.environ.get("DATA_REVIEW_FORGOTTEN", "").split())


def kind_of(urn: str) -> str:
    return urn.split("::")[2].split("$")[-1]


class Provider(services.ResourceProviderServicer):
    def Handshake(self, request, context):
        return messages.ProviderHandshakeResponse()

    def GetPluginInfo(self, request, context):
        return plugin_pb2.PluginInfo(version=VERSION)

    def CheckConfig(self, request, context):
        failures = [
            messages.CheckFailure(property=name, reason=why) for name, why in schema.configuration_problems(to_python(request.news))
        ]
        return messages.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request, context):
        return messages.DiffResponse(changes=messages.DiffResponse.DIFF_NONE)

    def Configure(self, request, context):
        configuration = to_python(request.args)
        if isinstance(configuration.get("endpoints"), str):
            configuration["endpoints"] = json.loads(configuration["endpoints"])
        self.aws = Aws(configuration)
        if not self.aws.region:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "missing region: `pulumi config set aws:region REGION`")
        return messages.ConfigureResponse(supportsPreview=True)

    def Invoke(self, request, context):
        arguments = to_python(request.args)
        match request.tok:
            case "aws:index/getCallerIdentity:getCallerIdentity":
                caller = self.calling(context, self.aws.client("sts").get_caller_identity)
                answer = {"accountId": caller["Account"], "arn": caller["Arn"], "userId": caller["UserId"]}
            case "aws:index/getRegion:getRegion":
                answer = {"region": self.aws.region}
            case "aws:s3/getBucket:getBucket":
                found = self.calling(context, lambda: self.aws.client("s3").head_bucket(Bucket=arguments["bucket"]))
                region = found.get("BucketRegion", self.aws.region)
                answer = {"bucket": arguments["bucket"], "bucketRegion": region}
            case "aws:s3/getObjects:getObjects":
                listing = {
                    "Bucket": arguments["bucket"], "MaxKeys": int(arguments["maxKeys"]),
                    "FetchOwner": arguments["fetchOwner"], "RequestPayer": arguments["requestPayer"],
                }
                found = self.calling(context, lambda: self.aws.client("s3").list_objects_v2(**listing))
                objects = found.get("Contents", [])
                answer = {
                    "bucket": arguments["bucket"],
                    "keys": [entry["Key"] for entry in objects],
                    "owners": [entry["Owner"]["ID"] for entry in objects if "Owner" in entry],
                    "requestCharged": found.get("RequestCharged", ""),
                }
            case "aws:s3/getCanonicalUserId:getCanonicalUserId":
                buckets = self.calling(context, self.aws.client("s3").list_buckets)
                answer = {"id": buckets["Owner"]["ID"]}
            case "aws:s3/getBucketNotification:getBucketNotification":
                answer = self.calling(context, lambda: notification(self.aws.client("s3"), arguments["bucket"]))
            case "aws:servicequotas/getServiceQuota:getServiceQuota":
                # The emulator has no Service Quotas; Lambda's own settings hold the same number.
                settings = self.calling(context, self.aws.client("lambda").get_account_settings)
                answer = {**arguments, "value": settings["AccountLimit"]["ConcurrentExecutions"]}
            case other:
                context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the stand-in has no function {other}")
        return messages.InvokeResponse(**{"return": to_struct(answer)})

    def Check(self, request, context):
        kind, inputs, old = kind_of(request.urn), to_python(request.news), to_python(request.olds)
        if kind not in KINDS:
            context.abort(grpc.StatusCode.UNIMPLEMENTED, f"the stand-in has no resource type {kind}")
        failures = [messages.CheckFailure(property=name, reason=why) for name, why in schema.problems(kind, inputs)]
        name = KINDS[kind].name
        if name and name not in inputs:
            inputs[name] = old.get(name) or f"{request.urn.split('::')[-1]}-{secrets.token_hex(4)[:7]}"
        return messages.CheckResponse(inputs=to_struct(inputs), failures=failures)

    def Diff(self, request, context):
        old, new = to_python(request.old_inputs), to_python(request.news)
        kind = kind_of(request.urn)
        held = self.held(context, kind, request.id, to_python(request.olds))
        different = {name for name in {*old, *new} if old.get(name) != new.get(name)}
        different |= {name for name, value in held.items() if whole(value) != whole(new.get(name))}
        changed = sorted(different)
        return messages.DiffResponse(
            changes=messages.DiffResponse.DIFF_SOME if changed else messages.DiffResponse.DIFF_NONE,
            diffs=changed,
            replaces=[name for name in changed if cloudformation.replaces(kind, name)],
        )

    def Create(self, request, context):
        kind, inputs = KINDS[kind_of(request.urn)], to_python(request.properties)
        if request.preview:
            return messages.CreateResponse(properties=to_struct(inputs | dict.fromkeys(kind.outputs, UNKNOWN)))
        inputs = Inputs(inputs)
        id, outputs = self.calling(context, lambda: kind(self.aws).create_all(inputs))
        return messages.CreateResponse(id=id, properties=to_struct(inputs | outputs))

    def Update(self, request, context):
        kind, inputs, state = KINDS[kind_of(request.urn)], to_python(request.news), to_python(request.olds)
        kept = {name: state[name] for name in kind.outputs if name in state}
        if request.preview:
            return messages.UpdateResponse(properties=to_struct(inputs | kept))
        old = to_python(request.old_inputs)
        changed = [name for name in {*old, *inputs} if old.get(name) != inputs.get(name)]
        outputs = self.calling(context, lambda: kind(self.aws).update_all(request.id, Inputs(inputs), state, changed))
        return messages.UpdateResponse(properties=to_struct(inputs | kept | outputs))

    def Read(self, request, context):
        kind, state = KINDS[kind_of(request.urn)], to_python(request.properties)
        try:
            there = kind(self.aws).exists(request.id, state)
        except ClientError as error:
            if not is_gone(error):
                context.abort(grpc.StatusCode.UNKNOWN, f"reading {request.id}: {error}")
            there = False
        if not there:
            return messages.ReadResponse()
        inputs = to_python(request.inputs)
        held = self.held(context, kind_of(request.urn), request.id, state)
        drifted = {name: value for name, value in held.items() if whole(value) != whole(inputs.get(name))}
        return messages.ReadResponse(id=request.id, properties=to_struct(state | drifted), inputs=to_struct(inputs | drifted))

    def Delete(self, request, context):
        kind, state = KINDS[kind_of(request.urn)], to_python(request.properties)
        try:
            kind(self.aws).delete(request.id, state)
        except ClientError as error:
            if not is_gone(error):
                context.abort(grpc.StatusCode.UNKNOWN, f"deleting {request.id}: {error}")
        return empty_pb2.Empty()

    def Cancel(self, request, context):
        return empty_pb2.Empty()

    def held(self, context, kind, id, state):
        """Inputs as the emulator holds them; none of a resource that is gone."""
        try:
            held = KINDS[kind](self.aws).held_all(id, state)
            return {name: value for name, value in held.items() if f"{KINDS[kind].__name__}.{name}" not in FORGOTTEN}
        except ClientError as error:
            if not is_gone(error):
                context.abort(grpc.StatusCode.UNKNOWN, f"reading {id}: {error}")
            return {}

    @staticmethod
    def calling(context, call):
        """AWS's refusals, as the engine shows them."""
        try:
            return call()
        except (ClientError, BotoCoreError, RuntimeError, OSError) as error:
            context.abort(grpc.StatusCode.UNKNOWN, str(error))


def main():
    limits = [("grpc.max_receive_message_length", MAX_MESSAGE_BYTES)]
    server = grpc.server(futures.ThreadPoolExecutor(16), options=limits)
    services.add_ResourceProviderServicer_to_server(Provider(), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    # The CLI reads the port from the first line.
    print(port, flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
