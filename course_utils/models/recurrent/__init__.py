"""Recurrent networks: forecasts of series, text character by character."""

from course_utils.models.recurrent.baselines import LinearAutoregression, Persistence
from course_utils.models.recurrent.characters import bits_per_character, char_rnn
from course_utils.models.recurrent.networks import elman, gru, lstm, narx, tdnn

__all__ = [
    "LinearAutoregression",
    "Persistence",
    "bits_per_character",
    "char_rnn",
    "elman",
    "gru",
    "lstm",
    "narx",
    "tdnn",
]
