"""The command with which people go through pairs in doubt, one after the other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click
from rich.table import Table

from litany.case.case import Case
from litany.cli.common import as_json, case_at, echo_json, on_one_line, out, plain, progress, show, some, who
from litany.counts.count import Counter, counter
from litany.errors import ContradictoryJudgement, UnknownValue
from litany.registry.links import linked_rows
from litany.steps.review import Doubt, queue
from litany.steps.review_audit import random_queue
from litany.steps.review_fields import Field
from litany.steps.review_known import known
from litany.steps.review_session import Session
from litany.steps.review_shape import BlindReason, BlindSide, blind
from litany.types.records import About, Verdict

_VERDICTS = {"y": Verdict.SAME, "n": Verdict.DIFFERENT, "h": Verdict.UNSURE}
_ON = ("s", "\x1b[C", "\x1bOC", "\xe0M", "\x00M")
_BACK = ("b", "\x1b[D", "\x1bOD", "\xe0K", "\x00K")
_KEYS = "y same   n different   h hold (nobody can say)   s → skip   b ← back   u undo   q quit"


@click.command()
@click.argument("scope", nargs=-1)
@click.option("--about", type=click.Choice([one.value for one in About]), default=About.INCIDENT.value, show_default=True)
@click.option("--audit", type=click.IntRange(min=1), metavar="N", help="A random sample of N pairs, which measures the model.")
@click.option("--seed", type=click.IntRange(min=0), help="Of the audit's sample. Default: that of the case.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="At most so many pairs, by effect.")
@click.option("--quotes", is_flag=True, help="Show rows and their words before the decision: they may name who is blamed.")
@click.option("--effects", is_flag=True, help="In JSON: with what is hidden until the decision.")
@who
@as_json
@click.pass_obj
def review(
    folder: Path, scope: tuple[str, ...], about: str, audit: int | None, seed: int | None, limit: int, quotes: bool,
    effects: bool, who: str | None, as_json: bool,
) -> None:  # fmt: skip
    """Judge pairs in doubt, those first that move the figure of SCOPE most (without one: the report's scope).

    Parties, probability and effect are hidden until the decision. Without a terminal, or with --json, the queue is printed.
    """
    with case_at(folder) as case:
        with progress(as_json) as step:
            count = counter(case, step)
            asked = count.scope(" ".join(scope) or _whole(count))
            if audit is None:
                doubts = queue(case, count, asked, About(about), limit)
            else:
                random = count.register.world.settings.case.seed if seed is None else seed
                doubts = random_queue(case, count, asked, About(about), audit, random)
        if as_json or not _on_terminal():
            echo_json([blind(one, quotes, effects) for one in doubts])
            return
        _go_through(case, count, doubts, About(about), quotes, who)


def _whole(count: Counter) -> str:
    settings = count.register.world.settings
    return settings.report.scope or f"killed in:{settings.case.country}"


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _go_through(case: Case, count: Counter, doubts: Sequence[Doubt], about: About, quotes: bool, who: str | None) -> None:
    if not doubts:
        click.echo("no pair is in doubt that nobody judged")
        return
    name = who or click.prompt("who judges (--who, LITANY_WHO)")
    rows = linked_rows(count.register)
    session = Session(case, doubts, known(case, count.register, rows, about), name)
    try:
        while (doubt := session.doubt) is not None:
            _show(session, doubt, quotes)
            if not _step(session):
                break
    finally:
        _farewell(session)


def _step(session: Session) -> bool:
    """One key; False to leave. A pair that could not be judged is shown again."""
    key = _key()
    if key in _VERDICTS:
        _decide(session, _VERDICTS[key])
    elif key in _ON:
        session.forward()
    elif key in _BACK:
        session.back()
    elif key == "u" and not session.undo():
        _pause("nothing was judged yet in this review")
    return key != "q"


def _decide(session: Session, verdict: Verdict) -> None:
    if session.decision() is not None:
        _pause("this pair is judged: u takes that back")
        return
    why = click.prompt("why", default=session.why)
    try:
        session.decide(verdict, why)
    except (ContradictoryJudgement, UnknownValue) as problem:
        _pause(f"not kept: {problem}")
        return
    doubt = session.doubt
    assert doubt is not None
    show(f"kept: {verdict.value}", "bold")
    _reveal(doubt)
    if _pause("any key for the next pair, u to take it back") == "u":
        session.undo()
    else:
        session.forward()


def _key() -> str:
    """A key; q where there are no more."""
    return click.getchar() or "q"


def _pause(text: str) -> str:
    show(text, "dim")
    return _key()


def _show(session: Session, doubt: Doubt, quotes: bool) -> None:
    out.clear()
    seen = blind(doubt, quotes)
    at = f"{session.at + 1} of {some(len(session.doubts), 'pair')}"
    out.rule(f"{at}: the same {doubt.about.value}?")
    _show_sides(seen.left.fields, seen.right.fields)
    for name, side in (("left", seen.left), ("right", seen.right)):
        _show_words(name, side, quotes)
    for reason in seen.reasons:
        show(_reason(reason))
    decided = session.decision()
    if decided is not None:
        show(f"judged: {decided.verdict.value}", "bold")
        _reveal(doubt)
    show(_KEYS, "dim")


def _show_sides(left: Sequence[Field], right: Sequence[Field]) -> None:
    one, other = ({field.name: field.value for field in side} for side in (left, right))
    table = Table("", "left", "right", expand=True)
    for column in table.columns[1:]:
        column.ratio, column.overflow = 1, "fold"
    for name in dict.fromkeys((*one, *other)):
        table.add_row(name, plain(on_one_line(one.get(name, "–"))), plain(on_one_line(other.get(name, "–"))))
    out.print(table)


def _show_words(name: str, side: BlindSide, quotes: bool) -> None:
    if side.more:
        show(f"{name}: and {some(side.more, 'statement')} more")
    if quotes:
        show(f"{name}: {on_one_line(', '.join(side.rows[:3]))}{' …' if len(side.rows) > 3 else ''}")
        for words in side.quotes:
            show("  (the words were withdrawn)" if words is None else f"  “{on_one_line(words)}”")


def _reason(one: BlindReason) -> str:
    weight = "" if one.weight is None else f"{one.weight:+6.1f} bits  "
    return f"  {weight}{one.name.replace('_', ' ')}: {one.label}"


def _reveal(doubt: Doubt) -> None:
    """What was hidden."""
    hidden = doubt.hidden
    show(f"in {hidden.probability:.0%} of the draws they are one; expected effect on the figure {hidden.effect:,.2f}")
    ends = [
        f"{word} {mean:,.1f}"
        for word, mean in (("if one", hidden.if_same), ("if two", hidden.if_different))
        if mean is not None
    ]
    if ends:
        show(f"the figure would be, in the mean of the draws, {', '.join(ends)}")
    for one in hidden.reasons:
        show(_reason(BlindReason(one.name, one.label, one.weight)))
    rows = [Field("row", f"{side.row}{f' and {len(side.rows) - 1} more' if len(side.rows) > 1 else ''}")
            for side in (doubt.left, doubt.right)]  # fmt: skip
    _show_sides((rows[0], *hidden.left), (rows[1], *hidden.right))


def _farewell(session: Session) -> None:
    counts = [f"{sum(1 for one in session.made if one.verdict is verdict)} {verdict.value}" for verdict in Verdict]
    click.echo(f"{some(len(session.made), 'pair')} judged: {', '.join(counts)}.")
    if session.made:
        click.echo("`litany run` links again with what was judged.")
