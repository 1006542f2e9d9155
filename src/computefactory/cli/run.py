"""``computefactory run``: underwrite a factory and print its page."""

from __future__ import annotations

import json

from computefactory.cli.options import File, Json, Layers, Output, Resize, Set, overrides


def run(
    file: File,
    output: Output = None,
    as_json: Json = False,
    set_: Set = None,
    library: Layers = None,
    resize: Resize = False,
) -> None:
    """Underwrite a factory: physics, output, unit cost, debt, returns, verdict."""
    import computefactory as cf

    result = cf.run(file, overrides=overrides(set_), library=library or [], resize=resize)
    if output is not None:
        written = result.save(output)
    if as_json:
        print(json.dumps(result.as_dict(), indent=2, allow_nan=False))
    else:
        from computefactory.cli import page

        page.show(result)
        if output is not None:
            print("written: " + ", ".join(str(path) for path in written))
