"""The command line: a thin face of the package. One module a verb; this one gathers them and turns errors to text.

Exit status: 0 done, 2 the input is wrong (also an output that cannot be written), 3 no solution exists, 1 our bug.
"""

from __future__ import annotations

import gc
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import typer
import typer.core
import typer.exceptions

from computefactory.cli import (
    ask,
    check,
    compare,
    explain,
    init,
    library,
    qualify,
    run,
    schema,
    show,
    solve,
    value,
    weather,
    workbook,
)
from computefactory.errors import (
    ComputeFactoryError,
    FactNotFound,
    FactoryFileError,
    LibraryError,
    NoSolution,
    OutputError,
    Problem,
)
from computefactory.received import why

__all__ = ["app", "main"]

WRONG_INPUT, NO_SOLUTION, OUR_BUG = 2, 3, 1
_COLLECT_AFTER = 100_000  # new objects: a command makes little garbage, and looking for it takes a tenth of its time

VERBS: dict[str, tuple[Callable[..., None], ...]] = {
    "Write": (init.init, check.check),
    "Answer": (run.run, show.show, explain.explain, qualify.qualify, value.value),
    "Ask": (ask.ask, compare.compare, solve.solve),
    "Hand on": (workbook.workbook,),
    "Look up": (library.library, weather.weather, schema.schema),
}


class _Verbs(typer.core.TyperGroup):
    """All verbs, under their headings in the help."""

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002  # as it is called
        """Each verb with the first words of what it does."""
        width = max(map(len, self.commands))
        for heading, verbs in VERBS.items():
            with formatter.section(heading):
                room = formatter.width - 6 - width
                found = [(verb.__name__, self.commands[verb.__name__]) for verb in verbs]
                formatter.write_dl([(f"{name:<{width}}", each.get_short_help_str(room)) for name, each in found])


app = typer.Typer(
    cls=_Verbs,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="One file describes an AI compute factory, or a company at a date; computefactory underwrites it and explains "
    "every number.",
)
for _verb in (verb for verbs in VERBS.values() for verb in verbs):
    # -33.9,151.2 is a place
    app.command(_verb.__name__, context_settings={"ignore_unknown_options": _verb is weather.weather})(_verb)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status. The console script passes it on."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # to find none it reads every installed package
    _open_stdout()
    usual = gc.get_threshold()
    gc.set_threshold(_COLLECT_AFTER)
    try:
        status = _run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        _give_up_stdout()
        return 0  # the reader has what it wanted
    except OSError as error:
        _give_up_stdout()
        problem = Problem("unwritable", "standard output", why(error), "a place with room")
        print(problem, file=sys.stderr)
        return WRONG_INPUT
    finally:
        gc.set_threshold(*usual)
    return status


def _open_stdout() -> None:
    """Standard output takes every letter: one that its encoding lacks is a question mark; closed, it goes nowhere."""
    if sys.stdout is None:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  # for the rest of the process
    elif isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _give_up_stdout() -> None:
    """What is still in the buffer goes nowhere, so that the interpreter does not try again when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(given: Sequence[str]) -> int:
    """One command, its errors reported; what standard output refuses is raised."""
    if any("\0" in text for text in given):
        return _report([Problem("usage", "", "NUL in what is asked", "letters")], given)
    try:
        status = app(given, standalone_mode=False)
    except SystemExit:
        raise BrokenPipeError from None  # how typer ends then
    except typer.exceptions.TyperException as error:
        message = error.format_message().removesuffix(".")
        return _report([Problem("usage", "", message, "a command as computefactory --help shows it")], given)
    except (FactoryFileError, LibraryError) as error:
        return _report(error.problems, given)
    except FactNotFound as error:
        near = f"nearest: {', '.join(error.nearest)}" if error.nearest else "add the row with --library DIR"
        return _report(
            [
                Problem(
                    "fact_not_found",
                    f"{error.table}/{error.key}/{error.field}",
                    "no such row in the library",
                    "a library row",
                    near,
                )
            ],
            given,
        )
    except OutputError as error:
        return _report([Problem("unwritable", "-o", str(error), "a folder that can be written")], given)
    except NoSolution as error:
        _report([Problem("no_solution", "", str(error), "a target that is reached, and once")], given)
        return NO_SOLUTION
    except ComputeFactoryError as error:
        return _report([Problem("wrong_input", "", str(error), "valid input")], given)
    except OSError as error:
        if error.filename is None:  # standard output
            raise
        reason = f"{error.filename}: {why(error)}"
        return _report([Problem("unreadable", "", reason, "a place that can be read and written")], given)
    except Exception as error:
        if os.environ.get("COMPUTEFACTORY_DEBUG"):
            raise
        _report(
            [
                Problem(
                    "our_bug",
                    "",
                    f"{type(error).__name__}: {error}",
                    "no error here",
                    "This is our bug: please report it with the file; COMPUTEFACTORY_DEBUG=1 shows where.",
                )
            ],
            given,
        )
        return OUR_BUG
    return status if isinstance(status, int) else 0


def _report(problems: Sequence[Problem], given: Sequence[str]) -> int:
    if "--json" in given:
        print(json.dumps({"errors": [problem.as_dict() for problem in problems]}, indent=2))
    else:
        for problem in problems:
            print(problem, file=sys.stderr)
        if len(problems) > 1:
            print(f"{len(problems)} problems", file=sys.stderr)
    return WRONG_INPUT
