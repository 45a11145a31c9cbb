"""A kernel that runs a lab shallow: to see which cells stop, not what a training comes to.

Its startup file calls `start` where COURSE_SHALLOW is set, see conftest.py.
"""

from __future__ import annotations

import ast
import functools
import inspect
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell


def start(shell: InteractiveShell) -> None:
    """Leave out the asserts of cells, and have every `fit` of Keras stop after a step."""
    import keras

    shell.ast_transformers.append(_WithoutClaims())
    keras.Model.fit = _shallow(keras, keras.Model.fit)


class _WithoutClaims(ast.NodeTransformer):
    """Only the cells' own asserts; those of the packages stand."""

    def visit_Assert(self, node: ast.Assert) -> ast.AST:
        return ast.copy_location(ast.Pass(), node)


def _shallow(keras: ModuleType, fit: Any) -> Any:
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.model.stop_training = True

    @functools.wraps(fit)
    def one_step(*args: Any, **kwargs: Any) -> Any:
        given = inspect.signature(fit).bind(*args, **kwargs)
        given.apply_defaults()
        given.arguments["callbacks"] = [*(given.arguments["callbacks"] or []), Stop()]
        model = given.arguments["self"]
        model.run_eagerly = True  # a graph takes longer to trace than to run once
        history = fit(*given.args, **given.kwargs)
        # As many entries as were asked for: cells look epochs up by their numbers.
        history.epoch = list(range(given.arguments["initial_epoch"], given.arguments["epochs"]))
        for values in history.history.values():
            values += [values[-1]] * (len(history.epoch) - len(values))
        return history

    return one_step
