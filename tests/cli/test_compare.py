"""``compare`` on the command line."""

from __future__ import annotations

import json


def test_the_page_fits_eighty_columns_and_is_written_to_files(cli, tmp_path):
    files = ("lambda-2026-09", "legacy-h100-hall", "aws", "aws-2026-09", "google-cloud")
    status, out, err = cli("compare", *files)
    assert (status, err) == (0, "")
    assert max(len(line) for line in out.splitlines()) <= 80
    assert "D  aws-2026-09-2: AWS on 2026-09-30 (company)" in out
    status, out, err = cli("compare", "aws", "google-cloud", "-o", tmp_path / "c.csv", "--json")
    assert (status, err) == (0, "")
    assert "owner_focus" in (tmp_path / "c.csv").read_text(encoding="utf-8")
    told = json.loads(out)["groups"]["what_it_is"]["rows"]["class"]["answers"]
    assert told["google-cloud-2026-09"]["value"] == "cloud provider"


def test_one_file_and_unknown_names_are_refused(errors):
    (one,) = errors("compare", "iren-horizon")
    assert one["code"] == "too_few"
    first, second = errors("compare", "corewave", "legacy-hall")
    assert ("coreweave" in first["hint"], "legacy-h100-hall" in second["hint"]) == (True, True)
