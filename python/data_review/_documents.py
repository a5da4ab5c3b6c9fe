"""The types of a document, as ``data-review schema`` defines them; a test compares the two.

A field that does not apply is ``None``. Later versions may add fields.
"""

from typing import Literal, NotRequired, TypedDict

Scalar = float | str
"""A number; an integer beyond 2^53 is a text."""


class FileFacts(TypedDict):
    """The object that a document describes."""

    key: str
    size: int | None
    sha256: str | None
    compression: NotRequired[Literal["gzip", "bzip2", "zstd"]]


class Candidate(TypedDict):
    """A handler that recognised the file, and did not review it."""

    id: str
    verdict: Literal["no", "maybe", "likely", "certain"]
    because: str


class HandlerFacts(TypedDict):
    """The handler of a file, and its verdict on the file."""

    id: str
    version: int
    verdict: Literal["no", "maybe", "likely", "certain"]
    because: str
    runners_up: list[Candidate]


class TimeSpan(TypedDict):
    """The first and the last time of an observation, in ISO 8601; a date without a time of day stays a date."""

    first: str
    last: str


class Depth(TypedDict):
    """The range of the vertical coordinate."""

    min: float
    max: float
    unit: str | None


class LeftOut(TypedDict):
    """How many values the coverage does not use, because their flags say questionable, bad or missing."""

    times: int
    positions: int
    depths: int


class Coverage(TypedDict):
    """Where and when the data were observed."""

    time: TimeSpan | None
    boxes: list[list[float]] | None
    """Each is west, south, east, north in degrees; west > east crosses the antimeridian."""
    depth: Depth | None
    left_out: LeftOut | None
    kind: NotRequired[
        Literal["profile", "profiles", "trajectory", "point", "time series", "grid"]
    ]
    """Absent if the review does not decide it."""


class Cast(TypedDict):
    """A profile of the water column at one place and time."""

    station: str | None
    number: str | None
    """Name of the cast at its station, such as a number or a cycle."""
    time: str | None
    longitude: float | None
    latitude: float | None
    levels: int | None


class FrequentValue(TypedDict):
    """A value that occurs often."""

    value: float | str
    count: int


# `class` is a keyword, which the other way to write a type does not allow.
_FlagClass = TypedDict(
    "_FlagClass", {"class": Literal["good", "not assessed", "questionable", "bad", "missing"] | None}
)


class FlagSummary(_FlagClass):
    """Statistics over the cells with one flag; ``summary["class"]`` is the meaning of the flag."""

    total: int
    count: int
    min: Scalar | None
    max: Scalar | None
    mean: float | None


class GoodValues(TypedDict):
    """Statistics over the values whose flags are good, or over those that do not stand for a missing value."""

    flags: list[str]
    left_out: list[float]
    count: int
    min: Scalar | None
    max: Scalar | None
    mean: float | None
    std: float | None
    quantiles: dict[str, float] | None
    quantile_bounds: dict[str, list[float]] | None


class Variable(TypedDict):
    """One column of a table, or an array of any rank."""

    name: str
    unit: str | None
    canonical: str | None
    standard_name: str | None
    quantity: str | None
    column: int | None
    dtype: str
    shape: list[int]
    dimensions: list[str] | None
    total: int
    count: int
    missing: dict[str, int]
    invalid: int
    non_finite: int
    padding: int
    min: Scalar | None
    max: Scalar | None
    mean: float | None
    std: float | None
    quantiles: dict[str, float] | None
    quantile_bounds: dict[str, list[float]] | None
    distinct: int
    distinct_exact: bool
    frequent: list[FrequentValue]
    first: str | None
    last: str | None
    flags: dict[str, FlagSummary] | None
    flag_scheme: str | None
    good: GoodValues | None


class TextPlace(TypedDict):
    """A place in a text file, or in a text member of an archive; line and column from 1."""

    member: str | None
    line: int | None
    column: int | None
    field: str | None


class ArrayPlace(TypedDict):
    """A value of an array; indices from 0."""

    variable: str
    index: list[int]


class AttributePlace(TypedDict):
    """An attribute: ``variable:attribute``, or ``:attribute`` for an attribute of the file."""

    attribute: str


class BytePlace(TypedDict):
    """A byte of the file, from 0."""

    byte: int


Place = TextPlace | ArrayPlace | AttributePlace | BytePlace


class Finding(TypedDict):
    """One kind of defect of one subject: how often it occurs, and its first ten places."""

    code: str
    severity: Literal["error", "warning", "info"]
    subject: str | None
    message: str
    count: int
    places: list[Place]
    suppressed: dict[str, int]


class Evidence(TypedDict):
    """What the content of a file looks like that no handler recognises."""

    length: int
    first_bytes: str
    kind: str
    title: str
    begins_with: str | None


_FailureClass = TypedDict(
    "_FailureClass",
    {
        "class": Literal[
            "ambiguous",
            "unidentified",
            "corrupt",
            "unsupported",
            "limit exceeded",
            "crashed",
            "timed out",
            "out of memory",
            "unreadable",
            "archived",
            "customer key",
            "service",
        ]
    },
)


class Failure(_FailureClass):
    """Why there is no review; ``failure["class"]`` is its kind."""

    stage: Literal["list", "read", "identify", "review", "record"]
    message: str
    place: Place | None
    evidence: Evidence | None


class Provenance(TypedDict):
    """The versions that the document was made with."""

    tool: str
    handler: str | None
    reader: str | None
    vocabulary: str | None
    recipe: str | None


class Document(TypedDict):
    """The result of reviewing one object."""

    schema: int
    file: FileFacts
    outcome: Literal["reviewed", "failed", "unidentified", "gone"]
    kind: str | None
    handler: HandlerFacts | None
    observations: int | None
    profiles: int | None
    casts: NotRequired[list[Cast]]
    """At most 1,000, in the order of the file."""
    casts_left_out: NotRequired[int]
    coverage: Coverage
    attributes: dict[str, list[str]]
    variables: list[Variable]
    findings: list[Finding]
    checks: dict[str, Literal["passed", "failed", "not applicable", "not run"]]
    failure: Failure | None
    provenance: Provenance
