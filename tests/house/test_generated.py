"""Pages and pictures that scripts write are what the scripts would write now."""

from __future__ import annotations

import inspect
import re

import pytest

from computefactory.library import Library

AGAIN = "is out of date: run tools/{}.py"


@pytest.fixture
def tools(root, monkeypatch):
    """Makes the maintainers' scripts importable."""
    monkeypatch.syspath_prepend(str(root / "tools"))


def test_the_reference_pages_that_are_kept_are_current(tools, root):
    import build_reference

    folder = root / "docs" / "reference"
    old = [
        name
        for name, make in build_reference.KEPT.items()
        if (folder / f"{name}.md").read_text(encoding="utf-8") != make()
    ]
    assert not old, f"{old} " + AGAIN.format("build_reference")


def test_every_fault_has_a_test_and_its_page_is_current(tools, root):
    """Each number has a test whose docstring says input and right value; the page says which."""
    import build_reference as build

    tests = build.tests_of_faults()
    missing = [number for number in build.named_faults() if number not in tests]
    assert not missing, f"faults without a test in tests/faults: {missing}"
    assert tests.keys() <= build.named_faults().keys(), "a test of a number that tests/faults/numbers.csv lacks"
    silent = [name for found in tests.values() for name, told in found if not told]
    assert not silent, f"without a docstring: {silent}"
    written = (root / "docs" / "validation" / "faults.md").read_text(encoding="utf-8")
    assert written == build.faults(), "docs/validation/faults.md " + AGAIN.format("build_reference")


def test_the_long_lists_are_built_and_miss_nothing(tools, monkeypatch, tmp_path):
    """Every line and input with its unit and what it is, every step with its docstring, every table, every row used."""
    import build_reference as build

    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "FOLDER", tmp_path / "kept")
    monkeypatch.setattr(build, "VALIDATION", tmp_path / "validation")
    monkeypatch.setattr(build, "BUILT", tmp_path / "built")
    build.main()
    pages = {page.stem: page.read_text(encoding="utf-8") for page in (tmp_path / "built").iterdir()}
    assert pages.keys() == build.LISTS.keys()
    rows = [
        [cell.strip(" `") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        for row in re.findall(r"^\| `.*$", pages["lines"], re.MULTILINE)
    ]
    assert {row[0] for row in rows} == {item.name for item in (*build.LINES, *build.COMPANY_LINES)}
    nameless = [row for row in rows if not all(row[at] for at in (1, -2, -1))]  # unit, formula or source, what it is
    assert not nameless
    steps = dict(re.findall(r"^### (\w+)\n\n```text\n(.+?)\n```", pages["steps"], re.MULTILINE | re.DOTALL))
    assert steps == {step.__name__: inspect.getdoc(step) for step in build.STEPS}
    tables = set(re.findall(r"^\| `(\w+)` \| [\d,]+ \| ", pages["library"], re.MULTILINE))
    assert tables == set(Library.load().tables())


def test_every_verb_and_public_name_has_a_section(root):
    import computefactory
    from computefactory.cli import app

    verbs = {command.name for command in app.registered_commands}
    command_line = (root / "docs" / "reference" / "cli.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## (\w+)$", command_line, re.MULTILINE)) == verbs
    python = (root / "docs" / "reference" / "python.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^## cf\.(\w+)$", python, re.MULTILINE)) == set(computefactory.__all__)


def test_examples_in_pages_show_what_the_program_prints(tools, root):
    import fill_examples

    shown = fill_examples.pages()
    assert {root / "README.md", root / "docs" / "tutorials" / "iren-horizon.md"} <= set(shown)
    for page in shown:
        text = page.read_text(encoding="utf-8")
        assert text == fill_examples.filled(text), page.name + AGAIN.format("fill_examples")


def test_a_choice_of_lines_that_fits_nothing_is_refused(tools):
    import fill_examples

    lines = ("head", "one", "two", "tail")
    assert fill_examples.chosen(lines, None) == list(lines)
    assert fill_examples.chosen(lines, "2 lines") == ["head", "one", "..."]
    assert fill_examples.chosen(lines, "2 lines from one") == ["...", "one", "two", "..."]
    assert fill_examples.chosen(lines, "from one to tail") == ["...", "one", "two", "tail"]
    for wrong in ("from one to nine", "3 lines from nine", "some"):
        with pytest.raises(ValueError, match=wrong):
            fill_examples.chosen(lines, wrong)


def test_the_pictures_show_the_pages(tools):
    import draw_page

    for path, picture in draw_page.pictures().items():
        assert path.read_text(encoding="utf-8") == picture, path.name + AGAIN.format("draw_page")
        assert len(picture.encode()) < 200_000
        assert "url(http" not in picture, "a picture fetches nothing"


def test_the_comparison_with_disclosed_figures_is_current(tools, root):
    import validate_iren

    written = (root / "docs" / "validation" / "iren-horizon.md").read_text(encoding="utf-8")
    assert written == validate_iren.page(), "docs/validation/iren-horizon.md " + AGAIN.format("validate_iren")


def test_python_in_the_how_to_runs(root, tmp_path, monkeypatch):
    pages = sorted((root / "docs" / "how-to").glob("*.md"))
    blocks = re.findall(
        r"^```python\n(.*?)^```",
        "\n".join(page.read_text(encoding="utf-8") for page in pages),
        re.MULTILINE | re.DOTALL,
    )
    assert blocks
    monkeypatch.chdir(tmp_path)
    exec("\n".join(blocks).replace("n = 5_000", "n = 50"), {})  # fewer cases: nothing is compiled


def test_the_comparison_of_output_is_current(tools, root):
    import validate_output

    text = (root / "docs" / "validation" / "output.md").read_text(encoding="utf-8")
    assert text == validate_output.page(), "output.md" + AGAIN.format("validate_output")
    drawn = (root / "docs" / "validation" / validate_output.scale.PICTURE).read_text(encoding="utf-8")
    assert drawn == validate_output.scale.picture(), validate_output.scale.PICTURE + AGAIN.format("validate_output")


def test_the_comparison_of_tokens_is_current(tools, root):
    import validate_tokens

    text = (root / "docs" / "validation" / "tokens.md").read_text(encoding="utf-8")
    assert text == validate_tokens.page(), "tokens.md" + AGAIN.format("validate_tokens")


def test_the_grades_of_companies_are_current(tools, root):
    import validate_companies

    text = (root / "docs" / "validation" / "companies.md").read_text(encoding="utf-8")
    assert text == validate_companies.page(), "companies.md" + AGAIN.format("validate_companies")
    drawn = (root / "docs" / "validation" / validate_companies.PICTURE).read_text(encoding="utf-8")
    assert drawn == validate_companies.picture(), validate_companies.PICTURE + AGAIN.format("validate_companies")
