"""Options from ``[tool.skclean]`` of pyproject.toml, as if they had been typed first."""

import tomllib
from pathlib import Path

from skclean._cli._errors import UsageError, one_line

__all__ = ["with_config"]

NAME = "pyproject.toml"


def with_config(argv, commands, folder=None):
    """Return arguments with the options of the configuration file before those that were typed.

    Parameters
    ----------
    argv : list of str
    commands : dict of str -> argparse.ArgumentParser
        Parsers of the commands.
    folder : Path or None, default=None
        Where the search for the file begins, upwards; None means the working directory.

    Returns
    -------
    argv : list of str
    """
    if not argv or argv[0] not in commands or {"-h", "--help"} & {*argv}:
        return argv
    path = _found(Path.cwd() if folder is None else folder)
    if path is None:
        return argv
    options = _options_of(path, commands, argv[0])
    known = {text for action in commands[argv[0]]._actions for text in action.option_strings}
    typed = []
    for name, value in options.items():
        option = f"--{name.replace('_', '-')}"
        if option in known and not (name == "label" and _is_typed(option, argv)):  # a second one would be added
            typed += _as_typed(option, value, path)
    return [argv[0], *typed, *argv[1:]]


def _is_typed(option, argv):
    return any(word == option or word.startswith(f"{option}=") for word in argv)


def _found(folder):
    """The nearest file that has the section; None where there is none."""
    for parent in (folder, *folder.parents):
        path = parent / NAME
        if path.is_file():
            return path if b"tool.skclean" in path.read_bytes() else None
    return None


def _options_of(path, commands, command):
    try:
        section = tomllib.loads(path.read_text(encoding="utf-8")).get("tool", {}).get("skclean", {})
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be read: {one_line(error)}") from None
    every = {
        text.removeprefix("--") for parser in commands.values() for action in parser._actions
        for text in action.option_strings if text.startswith("--")
    }  # fmt: skip
    shared = {name: value for name, value in section.items() if not isinstance(value, dict)}
    own = section.get(command, {})
    for name in (*shared, *(name for part in section.values() if isinstance(part, dict) for name in part)):
        if name.replace("_", "-") not in every:
            raise UsageError(f"{path}: [tool.skclean] has the unknown option {name!r}")
    for name in section:
        if isinstance(section[name], dict) and name not in commands:
            raise UsageError(f"{path}: [tool.skclean.{name}] is no command; there are {', '.join(commands)}")
    return shared | own


def _as_typed(option, value, path):
    if value is False:
        return []
    if value is True:
        return [option]
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, (str, int, float)) for one in values):
        raise UsageError(
            f"{path}: {option[2:]} of [tool.skclean] is neither text, number, truth value nor a list of them"
        )
    return [f"{option}={one}" for one in values]
