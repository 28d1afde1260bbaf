"""What is wrong with labeled text, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textgd.lazy import hand_on

if TYPE_CHECKING:
    from textgd.doctor.checkup import diagnose as diagnose
    from textgd.doctor.diagnosis import Diagnosis as Diagnosis
    from textgd.doctor.finding import Finding as Finding
    from textgd.doctor.fix import Cleaning as Cleaning
    from textgd.doctor.fix import clean as clean
    from textgd.doctor.suspects import LabelCheck as LabelCheck
    from textgd.doctor.suspects import Suspect as Suspect

_HOMES = {
    "Cleaning": "fix",
    "Diagnosis": "diagnosis",
    "Finding": "finding",
    "LabelCheck": "suspects",
    "Suspect": "suspects",
    "clean": "fix",
    "diagnose": "checkup",
}

__all__ = sorted(_HOMES)
__getattr__, __dir__ = hand_on(__name__, _HOMES)
