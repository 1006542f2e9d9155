import pytest
from hypothesis import given
from hypothesis import strategies as st

from computefactory.schema.read import LARGEST_FILE, read_bytes, read_text

BOMB = "\n".join(
    ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
)

# text, code, line, column
REFUSED = [
    ("", "empty", None, None),
    ("# only a comment\n", "empty", None, None),
    ("null\n", "empty", None, None),
    ("a: [1, 2\nb: 3", "not_yaml", 2, 2),
    ("a: b: c", "not_yaml", 1, 5),
    ("a: 1\n\tb: 2", "not_yaml", 2, 1),
    ("a: 'open", "not_yaml", 1, 9),
    ("{", "not_yaml", 1, 2),
    ("@home", "not_yaml", 1, 1),
    ("a: 1\n\x00", "not_yaml", 2, None),
    ("a: 1\n---\nb: 2", "several_documents", 2, 1),
    ("a: !!python/object/apply:os.system [ls]", "tag", 1, 4),
    ("a: !secret x", "tag", 1, 4),
    ("a: 1\nb: *nowhere", "unknown_anchor", 2, 4),
    ("a: &a [*a]", "unknown_anchor", 1, 8),
    ("? [1, 2]\n: 3", "wrong_kind", 1, 3),
    ("[" * 100, "too_deep", 1, 41),
    (BOMB, "too_many_nodes", 4, None),
]


@pytest.mark.parametrize(("text", "code", "line", "column"), REFUSED)
def test_what_is_no_plain_map_is_refused_with_its_place(text, code, line, column):
    tree = read_text(text, "f.yaml")
    assert tree.root is None
    (problem,) = tree.problems
    assert (problem.code, problem.file, problem.line) == (code, "f.yaml", line)
    if column is not None:
        assert problem.column == column


def test_an_exploding_file_is_refused_before_it_explodes():
    text = BOMB.replace("a11: &a11", "last: &b")  # 10^12 values when expanded
    (problem,) = read_text(text, None).problems
    assert problem.code == "too_many_nodes"


def test_a_modest_alias_stands_for_what_it_names():
    tree = read_text("a: &x {k: 1}\nb: *x\n", None)
    assert tree.root.plain() == {"a": {"k": 1}, "b": {"k": 1}}


def test_every_duplicate_key_is_found_and_names_the_first():
    tree = read_text("a: 1\nb: {c: 1, c: 2}\na: 3\n", "f")
    assert [(p.code, p.path, p.line, p.column, p.hint) for p in tree.problems] == [
        ("duplicate_key", "b", 2, 11, "first on line 2"),
        ("duplicate_key", "", 3, 1, "first on line 1"),
    ]


# scalars by the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema)
SCALARS = [
    ("NO", "NO"),
    ("yes", "yes"),
    ("12:30", "12:30"),
    ("2026-05", "2026-05"),
    ("2025-11-03", "2025-11-03"),
    ("0777", 777),
    ("1e3", 1000.0),
    ("-7", -7),
    ("1.5", 1.5),
    (".inf", ".inf"),
    ("true", True),
    ("'true'", "true"),
    ('"12"', "12"),
    ("~", None),
    ("6.00 %/year", "6.00 %/year"),
]


@pytest.mark.parametrize(("written", "value"), SCALARS)
def test_scalars_are_text_unless_yaml_1_2_says_otherwise(written, value):
    found = read_text(f"k: {written}", None).root.plain()["k"]
    assert (found, type(found)) == (value, type(value))


def test_places_are_those_of_the_text():
    tree = read_text("a:\n  b:   12 MW\n  c: [x, y]\n", None)
    nodes = {path: (node.line, node.column) for path, node in tree.root.walk()}
    assert nodes == {"": (1, 1), "a": (2, 3), "a.b": (2, 8), "a.c": (3, 6), "a.c.0": (3, 7), "a.c.1": (3, 10)}
    assert tree.root.content["a"].keys == {"b": (2, 3), "c": (3, 3)}


@pytest.mark.parametrize("data", [b"\xff\xfea\x00", bytes(range(128, 256)), "name: caf\xe9".encode("latin-1")])
def test_bytes_that_are_no_utf8_are_refused(data):
    (problem,) = read_bytes(data, "f").problems
    assert (problem.code, problem.line) == ("not_text", 1)


def test_a_byte_order_mark_is_no_problem():
    assert read_bytes(b"\xef\xbb\xbfa: 1", None).root.plain() == {"a": 1}


def test_too_many_bytes_are_not_read():
    (problem,) = read_bytes(b"#" * (LARGEST_FILE + 1), "f").problems
    assert problem.code == "too_large"


@given(st.binary(max_size=200))
def test_any_bytes_give_a_tree_or_a_problem(data):
    tree = read_bytes(data, "f")
    assert tree.root is not None or tree.problems


@given(st.text(st.sampled_from("ab:- \n[]{},&*!?'\"#|>%@`\t1."), max_size=60))
def test_any_punctuation_gives_a_tree_or_a_problem(text):
    tree = read_text(text, "f")
    assert tree.root is not None or tree.problems
