"""The notebook runs from its first cell to its last."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parent.parent / "notebooks/worst-files.ipynb"


def test_the_notebook_ends_with_a_map_and_a_list(
    test_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_REVIEW_FOLDER", str(test_data))
    monkeypatch.setenv("MPLCONFIGDIR", str(tmp_path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.get("outputs") for cell in notebook.cells), "it is committed without outputs"
    ran = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": tmp_path}}).execute()
    data = [output.get("data", {}) for cell in ran.cells for output in cell.get("outputs", [])]
    texts = "\n".join(part.get("text/plain", "") for part in data)
    assert "ctd/99DR19910703_ct1.zip" in texts, "the list of worst files"
    assert "line" in texts
    assert any("image/png" in part for part in data), "the map"
