"""`data_review.open`: tables as rows, pandas, polars and Arrow."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pandas
import polars
import pyarrow
import pytest

import data_review


@pytest.fixture
def db(folder: Path, tmp_path: Path) -> Path:
    db = tmp_path / "a review.db"
    list(data_review.review(folder, db=db))
    return db


def test_tables_are_rows(db: Path) -> None:
    with data_review.open(db) as store:
        assert {"files", "variables", "findings", "failures", "codes"} <= set(store.tables)
        assert "reviews" not in store.tables
        files = store["files"]
        assert len(files) == 3
        assert {row["key"]: row["outcome"] for row in files} == {
            "right.csv": "reviewed",
            "ragged.csv": "reviewed",
            "noise.bin": "unidentified",
        }
        with pytest.raises(KeyError, match="the tables are"):
            store["reviews"]


def test_every_library_gets_the_declared_types(db: Path) -> None:
    with data_review.open(db) as store:
        for name in store.tables:
            table = store[name]
            arrow = table.to_arrow()
            frames = (len(table.to_pandas()), table.to_polars().height, arrow.num_rows)
            assert frames == (len(table),) * 3, name
        files = store["files"]
        assert files.to_arrow().schema.field("west").type == pyarrow.float64(), "no value, but a type"
        assert files.to_arrow().schema.field("size").type == pyarrow.int64()
        assert files.to_pandas()["observations"].dtype == pandas.Int64Dtype(), "one file has none"
        assert files.to_pandas()["errors"].sum() == 1
        assert files.to_polars()["size"].dtype == polars.Int64
        assert polars.DataFrame(files).equals(files.to_polars()), "by the interface of Arrow"


def test_queries_read_and_never_write(db: Path) -> None:
    with data_review.open(db) as store:
        rows = store.sql("SELECT code, count FROM findings WHERE severity = ?", ("error",))
        assert list(rows) == [{"code": "short-row", "count": 1}]
        assert store.sql("SELECT key, NULL AS empty FROM files").to_arrow().num_rows == 3
        for query in ["SELECT nothing FROM files", "DELETE FROM files", "SELECT key, key FROM files"]:
            with pytest.raises(data_review.DataReviewError):
                store.sql(query)
        assert len(store["files"]) == 3


def test_documents_come_by_key(db: Path) -> None:
    with data_review.open(db) as store:
        document = store.document("ragged.csv")
        assert document["findings"][0]["code"] == "short-row"
        with pytest.raises(data_review.DataReviewError, match="nowhere"):
            store.document("nowhere.csv")


def test_what_is_not_a_store_is_refused(tmp_path: Path) -> None:
    with pytest.raises(data_review.DataReviewError, match="no such store"):
        data_review.open(tmp_path / "none.db")
    (tmp_path / "text.db").write_text("no database" * 100)
    with pytest.raises(data_review.DataReviewError, match="not a store"):
        data_review.open(tmp_path / "text.db")
    sqlite3.connect(tmp_path / "other.db").executescript("CREATE TABLE a (b)")
    with pytest.raises(data_review.DataReviewError, match="not a store"):
        data_review.open(tmp_path / "other.db")


def test_the_package_is_the_command_too() -> None:
    run = subprocess.run([sys.executable, "-m", "data_review", "--version"], capture_output=True, check=True, text=True)
    assert run.stdout.startswith("data-review ")
