"""An old name is answered with the new one, wherever a name is asked for."""

from __future__ import annotations

import pytest

import computefactory as cf
from computefactory import renamed
from computefactory.errors import FactoryFileError, LedgerError
from computefactory.metrics import METRICS, RETURNS
from computefactory.model import LINES

OLD = {
    "old_cover": ("dscr", ""),
    "old_sum": ("over(t_scheduled_principal) + fees", ""),
    "old_helper": ("", "folded into its only reader"),
}


@pytest.fixture
def table(monkeypatch):
    monkeypatch.setattr(renamed, "renamed", lambda: OLD)


def test_three_answers(table):
    assert renamed.now_called("old_cover") == "`old_cover` is now called `dscr`"
    assert renamed.now_called("old_sum") == "`old_sum` is part of others now: over(t_scheduled_principal) + fees"
    assert renamed.now_called("old_helper") == "`old_helper` is gone: folded into its only reader"
    assert not renamed.now_called("dscr")


def test_whoever_asks_for_an_old_name_is_told_the_new_one(table):
    result = cf.run("inference-site")
    with pytest.raises(FactoryFileError) as explained:
        cf.explain(result, "old_cover")
    with pytest.raises(FactoryFileError) as solved:
        cf.solve("inference-site", "silicon.price", "old_cover", 1.3)
    with pytest.raises(LedgerError, match="`old_cover` is now called `dscr`"):
        cf.run_many("inference-site", {"silicon.price": [30_000.0, 31_000.0]}, keep=["old_cover"])
    for error in (explained, solved):
        assert "`old_cover` is now called `dscr`" in str(error.value)


def test_new_names_are_in_use(root, monkeypatch):
    monkeypatch.syspath_prepend(str(root / "tools"))
    from compare.renamed import names_in, read

    used = {line.name for line in LINES} | {item.name for item in (*METRICS, *RETURNS)}
    for entry in read().values():
        assert names_in(entry.new or "0") <= used, f"{entry.old}: {entry.new}"
