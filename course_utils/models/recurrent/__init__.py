"""Recurrent networks: forecasts of series, memory over long lags, text character by character."""

from course_utils.models.recurrent.baselines import LinearAutoregression, Persistence
from course_utils.models.recurrent.characters import bits_per_character, char_rnn
from course_utils.models.recurrent.comparison import (
    compare,
    fit,
    forecasting_task,
    free_runs,
    measure,
)
from course_utils.models.recurrent.memory import adding_network, learn_adding, recorded_adding
from course_utils.models.recurrent.networks import elman, gru, lstm, narx, tdnn
from course_utils.models.recurrent.running import free_run

__all__ = [
    "LinearAutoregression",
    "Persistence",
    "adding_network",
    "bits_per_character",
    "char_rnn",
    "compare",
    "elman",
    "fit",
    "forecasting_task",
    "free_run",
    "free_runs",
    "gru",
    "learn_adding",
    "lstm",
    "measure",
    "narx",
    "recorded_adding",
    "tdnn",
]
