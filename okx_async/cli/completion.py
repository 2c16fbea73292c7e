"""``okx-async completion``: a script that lets bash or zsh complete commands, options and names of endpoints."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Mapping

from ..catalogue import catalogue
from ..v5.channels.bars import BARS
from .common import OK, Commands, command

__all__ = ["add", "learn", "run"]

EXAMPLES = """\
  eval "$(okx-async completion bash)"         in ~/.bashrc
  eval "$(okx-async completion zsh)"          in ~/.zshrc, behind compinit
"""
NAMED = ("call", "catalogue")
"""Commands that take names of endpoints."""

BASH = """\
_okx_async() {{
    local current="${{COMP_WORDS[COMP_CWORD]}}" before="${{COMP_WORDS[COMP_CWORD-1]}}"
    local command="" dialect=v5 known="" at
    for (( at = 1; at < ${{#COMP_WORDS[@]}}; at++ )); do
        case "${{COMP_WORDS[at]}}" in
            --v3) dialect=v3 ;;
            -*) ;;
            *) if [[ -z $command && $at -lt $COMP_CWORD ]]; then command="${{COMP_WORDS[at]}}"; fi ;;
        esac
    done
{choice}
    COMPREPLY=( $(compgen -W "$known" -- "$current") )
}}
complete -o default -F _okx_async okx-async
"""

ZSH = """\
_okx_async() {{
    local current="${{words[CURRENT]}}" before="${{words[CURRENT-1]}}"
    local command="" dialect=v5 known="" at
    for (( at = 2; at <= ${{#words}}; at++ )); do
        case "${{words[at]}}" in
            --v3) dialect=v3 ;;
            -*) ;;
            *) if [[ -z $command && $at -lt $CURRENT ]]; then command="${{words[at]}}"; fi ;;
        esac
    done
{choice}
    if [[ -n $known ]]; then compadd -- ${{=known}}; else _files; fi
}}
compdef _okx_async okx-async
"""


def add(commands: Commands) -> None:
    """Add the command."""
    parser = command(commands, "completion", "Print a script that completes names in your shell.", EXAMPLES)
    parser.add_argument("shell", choices=("bash", "zsh"))
    parser.set_defaults(run=run)


def learn(whole: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser]) -> None:
    """Let the command know all others, once they are there."""
    commands["completion"].set_defaults(whole=whole, commands=commands)


def run(args: argparse.Namespace) -> int:
    """Print the script."""
    script = BASH if args.shell == "bash" else ZSH
    print(script.format(choice="\n".join(_choice(args.whole, args.commands))), end="")
    return OK


def _choice(whole: argparse.ArgumentParser, commands: Mapping[str, argparse.ArgumentParser]) -> Iterator[str]:
    """Yield the lines, the same in both shells, that choose what may stand at the cursor."""
    yield '    case "$before:$command:$current" in'
    yield _case("--bar:*", BARS)
    yield _case("*::-*", _options(whole))
    yield _case("*::*", commands)
    for name, parser in commands.items():
        yield _case(f"*:{name}:-*", _options(parser))
    for name, parser in commands.items():
        if name in NAMED:
            yield f"        *:{name}:*)"
            yield "            case $dialect in"
            for dialect in ("v5", "v3"):
                yield f'                {dialect}) known="{_words(_endpoints(dialect))}" ;;'
            yield "            esac ;;"
        elif choices := _choices(parser):
            # Only the word behind the command is one of these.
            yield _case(f"{name}:{name}:*", choices)
    yield "    esac"


def _case(pattern: str, words: Iterable[str]) -> str:
    return f'        {pattern}) known="{_words(words)}" ;;'


def _words(words: Iterable[str]) -> str:
    return " ".join(sorted(words))


def _options(parser: argparse.ArgumentParser) -> list[str]:
    return [name for action in _actions(parser) for name in action.option_strings if name.startswith("--")]


def _choices(parser: argparse.ArgumentParser) -> list[str]:
    return [str(one) for action in _actions(parser) if not action.option_strings for one in action.choices or ()]


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    return parser._actions  # argparse tells its options in no other way


def _endpoints(dialect: str) -> list[str]:
    return [f"{row.chapter}.{row.name}" for row in catalogue() if row.dialect == dialect]
