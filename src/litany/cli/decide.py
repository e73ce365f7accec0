"""Commands with which people decide: same or different, excluded, graded, settled, withdrawn."""

from __future__ import annotations

import re
from pathlib import Path

import click

from litany import ids
from litany.cli.common import case_at, who, why
from litany.errors import NotFound, UnknownValue
from litany.preserve import withdraw as withdrawing
from litany.registry import acts
from litany.registry.acts import By
from litany.registry.corrections import FIELDS
from litany.registry.refs import anchor_of
from litany.steps.run import documents_here
from litany.types.records import About, CorrectionKind, Exclusion, Verdict
from litany.values.terms import GRADE_ORDER

_REFS = "A row is named by an id, by source:key (ucdp-ged:494205) or by file:row (laiza.csv:3)."


@click.group(help=f"Say whether rows speak of the same incident or person.\n\n{_REFS}")
def judge() -> None:
    """The group of verdicts."""


def _verdict(verdict: Verdict, text: str) -> click.Command:
    @click.command(verdict.value, help=f"{text}\n\n{_REFS}")
    @click.argument("left")
    @click.argument("others", nargs=-1, required=True)
    @click.option("--about", type=click.Choice([a.value for a in About]), default=About.INCIDENT.value, show_default=True)
    @why
    @who
    @click.pass_obj
    def command(folder: Path, left: str, others: tuple[str, ...], about: str, why: str, who: str | None) -> None:
        with case_at(folder) as case:
            for id_ in acts.judge(case, verdict, About(about), left, list(others), By(who, why)):
                click.echo(id_)

    return command


judge.add_command(_verdict(Verdict.SAME, "LEFT and each of the OTHERS are the same incident (or person)."))
judge.add_command(_verdict(Verdict.DIFFERENT, "LEFT and each of the OTHERS are different ones."))
judge.add_command(_verdict(Verdict.UNSURE, "Nobody can say; kept, and counted as not linked."))


@judge.command("undo")
@click.argument("id_", metavar="ID")
@why
@who
@click.pass_obj
def undo_judgement(folder: Path, id_: str, why: str, who: str | None) -> None:
    """Take a judgement back, by a further record."""
    with case_at(folder) as case:
        click.echo(acts.undo_judgement(case, id_, By(who, why)))


@click.group(help=f"Correct what is derived; what was said stays as it was said.\n\n{_REFS}")
def correct() -> None:
    """The group of corrections."""


@correct.command()
@click.argument("row")
@click.option("--as", "reason", type=click.Choice([e.value for e in Exclusion]), required=True, help="Why it leaves the count.")
@why
@who
@click.pass_obj
def exclude(folder: Path, row: str, reason: str, why: str, who: str | None) -> None:
    """Leave what ROW says out of every count."""
    with case_at(folder) as case:
        click.echo(acts.exclude(case, row, Exclusion(reason), By(who, why)))


@correct.command()
@click.argument("row")
@click.argument("grade_", metavar="GRADE", type=click.Choice([g.value for g in GRADE_ORDER]))
@why
@who
@click.pass_obj
def grade(folder: Path, row: str, grade_: str, why: str, who: str | None) -> None:
    """Give the incident of ROW a grade, over the one that the rule computes."""
    with case_at(folder) as case:
        click.echo(acts.grade(case, row, grade_, By(who, why)))


def _change(kind: CorrectionKind, text: str) -> click.Command:
    @click.command(kind.value, help=f"{text}\n\nFields: {', '.join(FIELDS)}. {_REFS}")
    @click.argument("row")
    @click.argument("field", type=click.Choice(FIELDS))
    @click.argument("value")
    @why
    @who
    @click.pass_obj
    def command(folder: Path, row: str, field: str, value: str, why: str, who: str | None) -> None:
        with case_at(folder) as case:
            click.echo(acts.change(case, row, kind, field, value, By(who, why)))

    return command


correct.add_command(_change(CorrectionKind.SUPERSEDE, "Put VALUE in the place of what ROW says."))
correct.add_command(_change(CorrectionKind.SETTLE, "Settle a field of the whole incident that ROW belongs to."))


@correct.command("undo")
@click.argument("id_", metavar="ID")
@why
@who
@click.pass_obj
def undo_correction(folder: Path, id_: str, why: str, who: str | None) -> None:
    """Take a correction back, by a further record."""
    with case_at(folder) as case:
        click.echo(acts.undo_correction(case, id_, By(who, why)))


@correct.command()
@click.argument("target", metavar="ROW|SHA256")
@why
@who
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.pass_obj
def withdraw(folder: Path, target: str, why: str, who: str | None, yes: bool) -> None:
    """Erase a row or a whole document for good; its id or hash and the reason stay."""
    if not why.strip():
        raise UnknownValue("say why (--why): a withdrawal without a reason cannot be defended")
    if not yes:
        click.confirm(f"Erase {target} from the database, the vault and everything derived? It cannot be undone", abort=True)
    if re.fullmatch(r"[0-9A-Fa-f]{6,64}", target):
        target = target.lower()
    with case_at(folder) as case:
        meant = [one.sha256 for one in documents_here(case) if len(target) >= 6 and one.sha256.startswith(target)]
        if meant and target not in meant:
            raise NotFound(f"{target} is the beginning of the document {meant[0]}: to erase that, give all 64 characters")
        if re.fullmatch(r"[0-9a-f]{64}", target):
            made = withdrawing.document(case, target, why, who)
        else:
            made = withdrawing.anchor(case, anchor_of(case, target), why, who)
            click.echo(
                "The document, and the list of what could not be read in it, may still hold the row's words: withdraw the "
                "document by its sha256, and add a redacted copy.",
                err=True,
            )
        released = sorted(str(path) for path in case.layout.releases.rglob("*") if path.is_file())
    if released:
        click.echo(f"Written before, and not changed by this: {', '.join(released)}. Delete or write anew.", err=True)
    click.echo(ids.show(made))
