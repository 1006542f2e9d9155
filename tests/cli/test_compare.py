"""``compare`` on the command line."""

from __future__ import annotations

import json


def test_the_page_fits_eighty_columns(cli):
    files = ("legacy-h100-hall", "core-scientific-590mw", "legacy-h100-hall")
    status, out, err = cli("compare", *files)
    assert (status, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "C  legacy-h100-hall-2: Legacy H100 hall (factory)" in out


def test_json_and_errors(cli, errors, tmp_path):
    files = ("iren-horizon", "legacy-h100-hall")
    found = json.loads(cli("compare", *files, "-o", tmp_path / "c.csv", "--json")[1])
    assert "equity_irr" in (tmp_path / "c.csv").read_text(encoding="utf-8")
    assert found["groups"]["what_it_is"]["rows"]["liquid"]["answers"]["legacy-h100-hall"]["value"] == "fail"
    (one,) = errors("compare", "iren-horizon")
    assert one["code"] == "too_few"
    assert len(errors("compare", "iren-horizn", "nothing")) == 2
