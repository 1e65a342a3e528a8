import shutil
import textwrap
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.doctor import Finding, Mark, examine

MARK_WIDTH = max(map(len, Mark)) + 1


class Command(BaseCommand):
    help = (
        "Say what is right and what is wrong with the connection to Okta, or to another OpenID "
        "provider, and what to enter there. Nothing is changed. Exit code 1 if anything is wrong."
    )
    requires_system_checks = []  # what they would stop is what is to be said

    def handle(self, **options: Any) -> None:
        counts = dict.fromkeys(Mark, 0)
        for title, findings in examine():
            self.stdout.write(f"\n{self.style.MIGRATE_HEADING(title)}")
            for finding in findings:
                counts[finding.mark] += 1
                self.say(finding)
        self.stdout.write("")
        if counts[Mark.WRONG]:
            raise CommandError(f"Wrong: {counts[Mark.WRONG]}. Mend the first, and run this again.")
        self.stdout.write(f"Nothing is wrong. Warnings: {counts[Mark.WARNING]}.")

    def say(self, finding: Finding) -> None:
        """Print what was found, and below it what to do about it."""
        style = {
            Mark.OK: self.style.SUCCESS,
            Mark.WARNING: self.style.WARNING,
            Mark.WRONG: self.style.ERROR,
        }.get(finding.mark, str)
        first, *rest = self.wrapped(finding.text)
        self.stdout.write(f"  {style(finding.mark.ljust(MARK_WIDTH))}{first}")
        for line in [*rest, *(self.wrapped(f"-> {finding.remedy}") if finding.remedy else [])]:
            self.stdout.write(f"  {' ' * MARK_WIDTH}{line}")

    def wrapped(self, text: str) -> list[str]:
        """Return the lines of a text: several on a terminal, one where a file is written."""
        if not self.stdout.isatty():
            return [text]
        width = min(shutil.get_terminal_size().columns, 100) - MARK_WIDTH - 3
        # An address is copied whole, or not at all.
        return textwrap.wrap(
            text, max(width, 20), break_long_words=False, break_on_hyphens=False
        ) or [""]
