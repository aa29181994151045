"""Variables of a Python file, read and never run: assignments of literals, also in classes and in their `__init__`.

Source: DVC 3.67, utils/serialize/_py.py.
"""

import ast
import warnings


def python_variables(text: str) -> dict[object, object]:
    """Return the names that are assigned literals, and classes as mappings of theirs.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: it is not Python, or nested too deeply.

    """
    with warnings.catch_warnings():
        # Warnings about other people's code are of no use here.
        warnings.simplefilter("ignore")
        tree = ast.parse(text)
    return _assigned(tree.body, of_self=False)


def _assigned(body: list[ast.stmt], *, of_self: bool) -> dict[object, object]:
    found: dict[object, object] = {}
    for statement in body:
        if isinstance(statement, ast.ClassDef):
            found[statement.name] = _assigned(statement.body, of_self=False)
        elif isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
            found.update(_assigned(statement.body, of_self=True))
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            name = _name(targets[0], of_self=of_self) if len(targets) == 1 else None
            if name is not None and statement.value is not None:
                try:
                    found[name] = ast.literal_eval(statement.value)
                except (ValueError, TypeError):
                    # A computed value, which is not a variable to DVC either.
                    continue
    return found


def _name(target: ast.expr, *, of_self: bool) -> str | None:
    if isinstance(target, ast.Name):
        return None if of_self else target.id
    if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self":
        return target.attr
    return None
