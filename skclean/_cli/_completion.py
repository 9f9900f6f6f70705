"""``skclean completion``: a script for the shell that completes commands, options and their choices."""

import argparse

from skclean._cli._errors import show

__all__ = ["completion_script", "run_completion"]


def run_completion(arguments):
    """Run the command; the exit code."""
    show([completion_script(arguments.shell, arguments.commands)])
    return 0


def completion_script(shell, commands):
    """Return the script.

    Parameters
    ----------
    shell : {"bash", "zsh", "fish"}
    commands : dict of str -> argparse.ArgumentParser
        Parsers of the commands.

    Returns
    -------
    script : str
    """
    return _fish(commands) if shell == "fish" else _bash(commands, zsh=shell == "zsh")


def _options(parser):
    """Options of a command in their long form, with their actions: list of pairs."""
    found = []
    for action in parser._actions:
        long = [text for text in action.option_strings if text.startswith("--")]
        if long and action.help != argparse.SUPPRESS:
            found.append((long[0], action))
    return found


def _bash(commands, zsh):
    options = "\n".join(
        f'    {name}) words="{" ".join(option for option, _ in _options(parser))}" ;;'
        for name, parser in commands.items()
    )
    choices = {
        option: " ".join(map(str, action.choices))
        for parser in commands.values()
        for option, action in _options(parser)
        if action.choices
    }
    values = "\n".join(f'    {option}) words="{words}" ;;' for option, words in choices.items())
    return f"""\
# put this into a file that the shell reads, or: eval "$(skclean completion {"zsh" if zsh else "bash"})"
{"autoload -Uz compinit bashcompinit && compinit && bashcompinit" if zsh else "# shellcheck shell=bash"}
_skclean() {{
  local current="${{COMP_WORDS[COMP_CWORD]}}" previous="${{COMP_WORDS[COMP_CWORD-1]}}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "{" ".join(commands)} --help --version" -- "$current"))
    return
  fi
  case "${{COMP_WORDS[1]}}" in
{options}
  esac
  case "$previous" in
{values}
  esac
  if [ -n "$words" ] && {{ [ "${{current#-}}" != "$current" ] || [ "${{previous#--}}" != "$previous" ]; }}; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  fi
  [ "${{#COMPREPLY[@]}}" -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}}
complete -o filenames -F _skclean skclean"""


def _fish(commands):
    lines = ["# skclean completion fish > ~/.config/fish/completions/skclean.fish"]
    for name, parser in commands.items():
        lines.append(f"complete -c skclean -n __fish_use_subcommand -a {name} -d {_quoted(parser.description)}")
        for option, action in _options(parser):
            takes = "" if action.nargs == 0 else f" -x -a {_quoted(' '.join(map(str, action.choices)))}" \
                if action.choices else " -r"  # fmt: skip
            text = (action.help or "").partition(";")[0].replace("%(default)s", str(action.default))
            lines.append(
                f"complete -c skclean -n '__fish_seen_subcommand_from {name}' -l {option[2:]}{takes} -d {_quoted(text)}"
            )
    return "\n".join(lines)


def _quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
