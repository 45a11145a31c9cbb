"""What `doctor` finds."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what, what was found, and the remedy; no remedy, no problem.

    note: what to know or do about something that keeps no lab from running.
    """

    name: str
    found: str
    remedy: str = ""
    note: str = ""

    @property
    def well(self) -> bool:
        """Whether nothing is to be mended."""
        return not self.remedy
