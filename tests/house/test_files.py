"""What is committed: no machine, no registry, one version, locks that match the declared dependencies, no dead link."""

from __future__ import annotations

import re
import tomllib
from importlib import metadata

import pytest

import computefactory

# put together here so that this file holds none of them
NAMES = (("pypi", "org"), ("python" + "hosted", "org"), ("npm" + "js", "org"), ("deb", "debian", "org"))
HOSTS = "|".join("\\.".join(name) for name in NAMES)
FORBIDDEN = re.compile(rf"{HOSTS}|(?<![A-Za-z0-9_.\-/])/(?:work|home|root|Users|opt)/\w")
LARGEST = 2 * 1024 * 1024


def test_no_tracked_file_names_a_registry_or_a_place_on_a_machine(tracked, root):
    found = []
    for path in tracked:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if match := FORBIDDEN.search(line):
                found.append(f"{path.relative_to(root)}:{number}: {match.group()}")
    assert not found


@pytest.mark.parametrize(
    "line",
    [
        "see https://" + "pypi" + ".org/simple",
        "read /" + "work/facts.csv",
        '"/' + 'home/someone/x"',
        "(/" + "opt/wheels)",
    ],
)
def test_the_pattern_finds_what_it_is_for(line):
    assert FORBIDDEN.search(line)


@pytest.mark.parametrize("line", ["USD/work/h", "https://example.com/work/report", "src/work/x", "home/root"])
def test_the_pattern_leaves_addresses_and_units_alone(line):
    assert not FORBIDDEN.search(line)


def test_no_tracked_file_is_large(tracked, root):
    assert not [str(path.relative_to(root)) for path in tracked if path.stat().st_size > LARGEST]


def test_the_version_is_the_same_everywhere(root):
    def first(pattern, file):
        return re.search(pattern, (root / file).read_text(encoding="utf-8"), re.MULTILINE)[1]

    version = computefactory.__version__
    assert metadata.version("computefactory") == version
    assert (
        re.search(r"^version: (.+)$", (root / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)[1] == version
    )
    assert re.search(r"^## \[(.+?)\]", (root / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[1] == version


def declared(root, *groups):
    """Names of the dependencies in pyproject.toml: the run-time ones and those of the groups."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    entries = list(project["project"]["dependencies"])
    for group in groups:
        entries += [entry for entry in project["dependency-groups"][group] if isinstance(entry, str)]
    return {normal(re.match(r"[\w.\-]+", entry)[0]) for entry in entries}


def normal(name):
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(root, lock):
    """Name and version of every requirement of a lock; each must carry hashes."""
    text = (root / lock).read_text(encoding="utf-8")
    assert "://" not in text, "a lock names no index"
    assert not re.search(r"^-", text, re.MULTILINE), "a lock holds requirements only, no options"
    pins = {}
    for block in re.split(r"\n(?=[a-z0-9])", text.strip()):
        name, version = re.match(r"([\w.\-]+)==([\w.!+]+)", block).groups()
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", block), f"{name} has no hash"
        pins[normal(name)] = version
    return pins


def test_the_locks_hold_every_declared_dependency_and_agree(root):
    run, dev = locked(root, "requirements.lock"), locked(root, "requirements-dev.lock")
    assert declared(root, "install") <= run.keys()
    assert declared(root, "install", "dev") <= dev.keys()
    assert run.items() <= dev.items()


def test_links_between_pages_lead_somewhere(root):
    for page in [*root.glob("*.md"), *root.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.relative_to(root)} links to {target}"


def test_files_that_pages_name_are_there(root):
    """Paths from the top, as a contributor reads them; a name in capitals or angle brackets stands for another."""
    named = re.compile(r"`((?:src|tests|tools|docs|benchmarks)/[\w./-]*\w)[/`: ]")
    gone = [
        f"{page.relative_to(root)} names {path}"
        for page in [*root.glob("*.md"), *root.glob("docs/**/*.md")]
        if page.name != "CHANGELOG.md"
        for path in named.findall(page.read_text(encoding="utf-8"))
        if not (root / path).exists() and not path.startswith("docs/_built")
    ]
    assert not gone
