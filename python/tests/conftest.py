"""Files to review, and the environment of the tests.

Variables that `cargo xtask python-test` sets:
    DATA_REVIEW_TEST_DATA  the folder test_data of the repository
    DATA_REVIEW_SCHEMAS    a folder with junit-10.xsd and sarif-2.1.0.json
"""

import os
from pathlib import Path

import pytest

TABLE = "station,depth,temperature\n" + "".join(f"A{n},{n}0,12.5\n" for n in range(20))
RAGGED = TABLE + "A3,30\n"


def variable(name: str) -> Path:
    """The path that a variable names. A test that lacks it fails."""
    return Path(os.environ[name])


@pytest.fixture
def test_data() -> Path:
    return variable("DATA_REVIEW_TEST_DATA")


@pytest.fixture
def schemas() -> Path:
    return variable("DATA_REVIEW_SCHEMAS")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A right table, one with a short row on line 22, and a file that no handler knows."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "right.csv").write_text(TABLE)
    (folder / "ragged.csv").write_text(RAGGED)
    (folder / "noise.bin").write_bytes(bytes([0, 0x9F, 1, 0xFE, 7, 0x80, 0, 0, 0xC3, 0x28, 2, 3]))
    return folder
