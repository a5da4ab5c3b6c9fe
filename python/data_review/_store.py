"""Reads a store: one SQLite file."""

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from ._documents import Document
from ._program import DataReviewError, error_of, find_program

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Value = int | float | str | bytes | None

# `application_id` of a store, "DRev".
_APPLICATION = 0x44526576
# The first version of the schema that has all of what is read here.
_VERSION = 5
# Tables for the program itself: compressed documents and dictionaries.
_INTERNAL = {"dictionaries", "reviews"}
# Types that a table declares, and the Arrow types that hold every value of them.
_ARROW = {"INTEGER": "int64", "REAL": "float64", "TEXT": "string", "BLOB": "binary"}


class Table:
    """The rows of a table or of a query. Iterate over them as dictionaries, or convert all of them.

    It has ``__arrow_c_stream__``, so that libraries which read Arrow take it as it is (needs pyarrow).
    """

    def __init__(self, columns: Sequence[str], rows: list[tuple[Value, ...]], declared: Mapping[str, str]) -> None:
        self.columns = tuple(columns)
        self._rows = rows
        self._declared = declared

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[dict[str, Value]]:
        for row in self._rows:
            yield dict(zip(self.columns, row, strict=True))

    def __repr__(self) -> str:
        return f"<data_review.Table of {len(self)} rows: {', '.join(self.columns)}>"

    def column(self, name: str) -> list[Value]:
        """The values of a column.

        Raises:
            KeyError: there is no such column.
        """
        if name not in self.columns:
            raise KeyError(name)
        at = self.columns.index(name)
        return [row[at] for row in self._rows]

    def to_arrow(self) -> "pyarrow.Table":
        """A ``pyarrow.Table``. Columns of a table have the types that the store declares, also without rows."""
        import pyarrow

        arrays = {}
        for name in self.columns:
            values = self.column(name)
            kind = self._declared.get(name, "") or _kind(values)
            declared = pyarrow.type_for_alias(_ARROW[kind]) if kind in _ARROW else None
            arrays[name] = pyarrow.array(values, type=declared)
        return pyarrow.table(arrays)

    def to_pandas(self) -> "pandas.DataFrame":
        """A ``pandas.DataFrame``. Integers with missing values are ``Int64``."""
        import pandas

        series = {}
        for name in self.columns:
            values = self.column(name)
            kind = self._declared.get(name, "") or _kind(values)
            dtype = {"INTEGER": "Int64", "REAL": "float64"}.get(kind, "object")
            if dtype == "Int64" and None not in values:
                dtype = "int64"
            series[name] = pandas.Series(values, dtype=dtype)
        return pandas.DataFrame(series, columns=list(self.columns))

    def to_polars(self) -> "polars.DataFrame":
        """A ``polars.DataFrame``."""
        import polars

        types = {"INTEGER": polars.Int64, "REAL": polars.Float64, "TEXT": polars.String, "BLOB": polars.Binary}
        series = []
        for name in self.columns:
            values = self.column(name)
            kind = self._declared.get(name, "") or _kind(values)
            series.append(polars.Series(name, values, dtype=types.get(kind)))
        return polars.DataFrame(series)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self.to_arrow().__arrow_c_stream__(requested_schema)


class Store:
    """A store, read-only. Close it, or use it in a ``with`` statement."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise DataReviewError(f"{self.path}: no such store; `data-review review` writes one")
        self._connection = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            application = self._number("application_id")
            version = self._number("user_version")
        except sqlite3.DatabaseError as error:
            self._connection.close()
            raise DataReviewError(f"{self.path}: not a store of Data Review: {error}") from error
        if application != _APPLICATION:
            self._connection.close()
            raise DataReviewError(f"{self.path}: not a store of Data Review")
        if version < _VERSION:
            self._connection.close()
            raise DataReviewError(
                f"{self.path}: an earlier version of the program wrote this store; the next review brings it up to date"
            )

    def _number(self, pragma: str) -> int:
        row = self._connection.execute(f"PRAGMA {pragma}").fetchone()
        return int(row[0])

    @property
    def tables(self) -> list[str]:
        """The names of tables and views."""
        rows = self._connection.execute(
            "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name"
        )
        return [name for (name,) in rows if name not in _INTERNAL]

    def __getitem__(self, name: str) -> Table:
        """A table or view as a whole, such as ``files``, ``variables``, ``findings`` and ``failures``.

        Raises:
            KeyError: there is no such table.
        """
        if name not in self.tables:
            raise KeyError(f"{name}; the tables are {', '.join(self.tables)}")
        columns = self._connection.execute("SELECT name, type FROM pragma_table_info(?)", (name,))
        declared = {column: str(kind).upper() for column, kind in columns}
        return self._table(f'SELECT * FROM "{name}"', (), declared)

    def sql(self, query: str, parameters: Sequence[Value] | Mapping[str, Value] = ()) -> Table:
        """The rows of a query in SQL. The store cannot be changed by it.

        Raises:
            DataReviewError: the query is invalid.
        """
        return self._table(query, parameters, {})

    def _table(
        self, query: str, parameters: Sequence[Value] | Mapping[str, Value], declared: Mapping[str, str]
    ) -> Table:
        try:
            cursor = self._connection.execute(query, parameters)
            rows = cursor.fetchall()
        except sqlite3.Error as error:
            raise DataReviewError(f"{self.path}: {error}") from error
        columns = [description[0] for description in cursor.description or ()]
        if len(set(columns)) < len(columns):
            raise DataReviewError("two columns of the query have one name; name them with AS")
        return Table(columns, rows, declared)

    def document(self, file: str) -> Document:
        """The document of a file, by its key or the end of its key.

        Raises:
            DataReviewError: no file or several files have this key.
        """
        command = [find_program(), "show", "--json", "--color=never", f"--db={self.path}", "--", file]
        run = subprocess.run(command, capture_output=True, check=False)
        if run.returncode != 0:
            raise error_of(run.stderr.decode("utf-8", "replace"), run.returncode)
        document: Document = json.loads(run.stdout)
        return document

    def close(self) -> None:
        """Closes the store."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _kind(values: list[Value]) -> str:
    """The declared type that holds every value; empty if there is none, or no value."""
    kinds: set[type] = {type(value) for value in values if value is not None}
    if not kinds:
        return ""
    for kind, held in (("INTEGER", {int}), ("REAL", {int, float}), ("TEXT", {str}), ("BLOB", {bytes})):
        if kinds <= held:
            return kind
    return ""


def open(db: str | os.PathLike[str]) -> Store:
    """Opens a store to read it.

    Raises:
        DataReviewError: there is no such file, or it is not a store.
    """
    return Store(db)
