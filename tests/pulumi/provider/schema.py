"""The names that the real provider's inputs have, by the `pulumi-aws` package: nested ones too, and the required ones."""

import functools
import importlib
import inspect
import json
import typing

import pulumi_aws
from pulumi import _types

from wire import UNKNOWN

# Modules that Python cannot call by their names.
MODULES = {"lambda": "lambda_"}


@functools.cache
def arguments(kind: str) -> type:
    """The class of a resource's inputs; `kind` is as `aws:sqs/queue:Queue`."""
    _, path, name = kind.split(":")
    module_name = path.split("/")[0]
    module = importlib.import_module(f"pulumi_aws.{MODULES.get(module_name, module_name)}")
    # Where a nested type has taken the name, the resource's own is called InitArgs.
    resource_module = importlib.import_module(getattr(module, name).__module__)
    return getattr(resource_module, f"{name}InitArgs", None) or getattr(resource_module, f"{name}Args")


def problems(kind: str, inputs: dict) -> list[tuple[str, str]]:
    """What is wrong with a resource's inputs: pairs of property and reason."""
    return list(_check(arguments(kind), inputs, ""))


def configuration_problems(values: dict) -> list[tuple[str, str]]:
    """What is wrong with the provider's own settings, which are texts: all but plain texts are JSON."""
    types = _types.input_type_types(pulumi_aws.ProviderArgs)
    settings = {
        name: json.loads(value) if isinstance(value, str) and name in types and _scalars(types[name]) != {str} else value
        for name, value in values.items() if name != "version"
    }
    return list(_check(pulumi_aws.ProviderArgs, settings, ""))


def _check(cls: type, value: dict, path: str):
    types = _types.input_type_types(cls)
    for name, inner in value.items():
        if name not in types:
            yield path + name, f"no property `{path}{name}` in {cls.__name__}; there are {', '.join(sorted(types))}"
        else:
            yield from _check_inner(types[name], inner, f"{path}{name}.")
    names = _types.input_type_py_to_pulumi_names(cls)
    for python, parameter in inspect.signature(cls.__init__).parameters.items():
        required = python in names and parameter.default is inspect.Parameter.empty
        if required and names[python] not in value:
            yield path + names[python], f"{cls.__name__} lacks the required property `{path}{names[python]}`"


def _check_inner(hint, value, path: str):
    nested = _nested(hint)
    if nested is None:
        if (why := _mismatch(hint, value)) is not None:
            yield path.removesuffix("."), why
        return
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            yield from _check(nested, item, path)


def _mismatch(hint, value) -> str | None:
    """Why a value without names of its own does not have the type of its hint, if it does not."""
    scalars = _scalars(hint)
    values = value if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else [value]
    # What is known later is a text, whatever it will be.
    wrong = [inner for inner in values if scalars and type(inner) not in scalars and inner != UNKNOWN]
    return f"expected {' or '.join(sorted(kind.__name__ for kind in scalars))}, found {wrong[0]!r}" if wrong else None


def _scalars(hint) -> set[type]:
    """The plain types inside a hint; none if it allows others, too."""
    arguments = typing.get_args(hint)
    if not arguments:
        return {float: {int, float}}.get(hint, {hint}) if hint in (bool, int, float, str) else set()
    return set().union(*map(_scalars, arguments))


def _nested(hint) -> type | None:
    """The input type inside a hint, if there is one."""
    if inspect.isclass(hint) and _types.is_input_type(hint):
        return hint
    return next(filter(None, map(_nested, typing.get_args(hint))), None)
