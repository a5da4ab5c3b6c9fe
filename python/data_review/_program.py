"""Finds the installed program, and turns its error output into a `DataReviewError`."""

import os
import shutil
import sysconfig
from pathlib import Path


class DataReviewError(Exception):
    """The command ended without a result. The text is its message, which says what to do.

    Attributes:
        exit_code: that of the command; 2 stands for wrong usage or an unusable store.
    """

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code


def find_program() -> str:
    """Returns the path of the command ``data-review``.

    It is the one that the wheel installed, else the first on the search path. The environment variable
    ``DATA_REVIEW_PROGRAM`` names another.

    Raises:
        DataReviewError: there is none.
    """
    named = os.environ.get("DATA_REVIEW_PROGRAM")
    if named:
        return named
    schemes = (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    for scheme in schemes:
        program = Path(sysconfig.get_path("scripts", scheme)) / "data-review"
        if program.is_file():
            return str(program)
    found = shutil.which("data-review")
    if found is None:
        raise DataReviewError("the command data-review is not installed; run `pip install data-review`")
    return found


def error_of(printed: str, exit_code: int) -> DataReviewError:
    """The exception for a command that ended with this code after it printed this on standard error."""
    lines = [line for line in printed.splitlines() if line.strip()]
    errors = [line.removeprefix("error: ") for line in lines if line.startswith("error: ")]
    message = "\n".join(errors or lines) or f"data-review ended with exit code {exit_code}"
    return DataReviewError(message, exit_code)
