"""`data_review.review`, and the types of documents."""

import json
import subprocess
import typing
from pathlib import Path
from typing import Any

import pytest

import data_review


def test_one_call_reviews_the_test_files(test_data: Path) -> None:
    documents = list(data_review.review(test_data))
    assert len(documents) == sum(path.is_file() for path in test_data.rglob("*"))
    assert {document["outcome"] for document in documents} == {"reviewed"}


def test_documents_say_what_is_wrong_and_where(folder: Path) -> None:
    documents = {document["file"]["key"]: document for document in data_review.review([folder])}
    assert set(documents) == {"right.csv", "ragged.csv", "noise.bin"}
    (finding,) = documents["ragged.csv"]["findings"]
    assert (finding["code"], finding["severity"], finding["count"]) == ("short-row", "error", 1)
    (place,) = finding["places"]
    assert place.get("line") == 22
    failure = documents["noise.bin"]["failure"]
    assert failure is not None
    assert failure["class"] == "unidentified"


def test_nothing_is_left_behind_without_a_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert len(list(data_review.review(".", include=["*.csv"], exclude=["ragged*"]))) == 1
    assert {path.name for path in folder.iterdir()} == {"right.csv", "ragged.csv", "noise.bin"}


def test_an_error_carries_the_message(folder: Path) -> None:
    with pytest.raises(data_review.DataReviewError, match="no such file or directory; check the spelling") as raised:
        list(data_review.review(folder / "nowhere"))
    assert raised.value.exit_code == 2
    with pytest.raises(data_review.DataReviewError, match="invalid glob `{a`"):
        list(data_review.review(folder, include=["{a"]))
    with pytest.raises(FileNotFoundError):
        list(data_review.review(folder, program=folder / "no-program"))


def test_a_path_is_never_an_option(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "--force").write_text((folder / "right.csv").read_text())
    (document,) = data_review.review("--force")
    assert document["file"]["key"] == "--force"


def test_a_generator_that_is_closed_early_ends_the_run(test_data: Path, tmp_path: Path) -> None:
    documents = data_review.review(test_data, db=tmp_path / "review.db", jobs=1)
    first = next(documents)
    documents.close()
    again = list(data_review.review(test_data, db=tmp_path / "review.db"))
    assert first in again


def schema() -> dict[str, Any]:
    run = subprocess.run([data_review.find_program(), "schema"], capture_output=True, check=True)
    loaded: dict[str, Any] = json.loads(run.stdout)
    return loaded


def test_the_types_have_the_fields_of_the_schema() -> None:
    whole = schema()
    compared = 0
    for name, definition in {"Document": whole, **whole["$defs"]}.items():
        if "properties" not in definition:
            continue
        kind = getattr(data_review, name)
        hints = typing.get_type_hints(kind)
        assert set(hints) == set(definition["properties"]), name
        for field, hint in hints.items():
            may_be_none = type(None) in typing.get_args(hint)
            expected = "null" in json.dumps(definition["properties"][field].get("type", "")) or any(
                choice.get("type") == "null" for choice in definition["properties"][field].get("anyOf", [])
            )
            assert may_be_none == (expected and field not in kind.__optional_keys__), f"{name}.{field}"
        compared += 1
    assert compared > 12
    places = {frozenset(typing.get_type_hints(kind)) for kind in typing.get_args(data_review.Place)}
    assert places == {frozenset(choice["properties"]) for choice in whole["$defs"]["Place"]["anyOf"]}


def test_words_are_those_of_the_schema() -> None:
    definitions = schema()["$defs"]
    for words, name in [
        (typing.get_type_hints(data_review.Finding)["severity"], "Severity"),
        (typing.get_type_hints(data_review.Document)["outcome"], "Outcome"),
        (typing.get_type_hints(data_review.Failure)["stage"], "Stage"),
        (typing.get_type_hints(data_review.Failure)["class"], "Class"),
        (typing.get_type_hints(data_review.HandlerFacts)["verdict"], "Confidence"),
    ]:
        assert set(typing.get_args(words)) == {choice["const"] for choice in definitions[name]["oneOf"]}, name
