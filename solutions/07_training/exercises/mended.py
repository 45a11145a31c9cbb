"""What `mended` is checked on."""

import numpy as np

from course_utils.exercises import Case, Exercise, Fixture, edit


def _cases(rng):
    def case(name, examples, batch, rates):
        x, t, W = (
            rng.normal(size=size).astype(np.float32).round(2)
            for size in ((examples, 3), (examples, 1), (3, 1))
        )
        return Case(name, Fixture("counted_loss"), W, x, t, batch, rates)

    yield case("one batch, one rate", 4, 4, [0.1])
    yield case("two batches", 8, 4, [0.1])
    yield case("the last batch is smaller", 10, 4, [0.1])
    yield case("another rate in each epoch", 8, 4, [0.2, 0.1, 0.05])
    yield case("all at once", 11, 4, [0.2, 0.1])
    yield case("batches of one", 5, 1, [0.05, 0.1])


def _with_a_list(loss, W, x, t, batch, rates):
    """A list of numbers, not of tensors, and the rate in a variable."""
    import tensorflow as tf

    W, rate, errors = tf.Variable(W), tf.Variable(0.0), []

    def gradient_step(x, t):
        with tf.GradientTape() as tape:
            error = loss(W, x, t)
        W.assign(W - rate * tape.gradient(error, [W])[0])
        return error

    rows = [tf.TensorSpec((None, columns), tf.float32) for columns in (3, 1)]
    step = tf.function(gradient_step).get_concrete_function(*rows)
    for value in rates:
        rate.assign(value)
        for begin in range(0, x.shape[0], batch):
            pieces = (tf.convert_to_tensor(a[begin : begin + batch]) for a in (x, t))
            errors.append(float(step(*pieces)))
    return np.array(W), float(np.mean(errors))


def _with_an_optimizer(loss, W, x, t, batch, rates):
    """Keras's optimizer, built once, and a data set of TensorFlow's."""
    import keras
    import tensorflow as tf

    W = keras.Variable(W)
    optimizer = keras.optimizers.SGD()
    optimizer.build([W])
    data = tf.data.Dataset.from_tensor_slices((x, t)).batch(batch)

    @tf.function(input_signature=[tf.TensorSpec([None, 3]), tf.TensorSpec([None, 1])])
    def step(x, t):
        with tf.GradientTape() as tape:
            error = loss(W.value, x, t)
        optimizer.apply([tape.gradient(error, W.value)], [W])
        return error

    errors = []
    for rate in rates:
        optimizer.learning_rate = rate
        errors += [step(*part).numpy() for part in data]
    return W.numpy(), float(np.mean(errors, dtype=float))


mended = Exercise(
    points=3,
    cases=_cases,
    rtol=1e-4,
    atol=1e-5,
    hints=[
        "What does the loop build anew in every step? Move it before the loops.",
        "A Python number is part of the graph, a tensor is not: hand the rate over as a tensor.",
        "input_signature on tf.function: TensorSpec([None, 3], tf.float32) for x, and so on. The "
        "rate is TensorSpec([], tf.float32).",
        "For the mean you need no tensors: float(error) is a Python number. Add those up.",
    ],
    alternatives=[_with_a_list, _with_an_optimizer],
    mistakes={
        "Python runs the loss in every step: either nothing is compiled, or it is compiled anew "
        "each time, by a tf.function inside the loop, or for a list that has grown.": edit(
            "@tf.function(input_signature=[*rows, tf.TensorSpec([], tf.float32)])\n", ""
        ),
        "A smaller last batch is traced again. Name the free size: input_signature, with "
        "None.": edit(
            "@tf.function(input_signature=[*rows, tf.TensorSpec([], tf.float32)])", "@tf.function"
        ),
        "The rate is still a Python number: each new one is traced. Make it a tensor.": edit(
            "@tf.function(input_signature=[*rows, tf.TensorSpec([], tf.float32)])",
            "@tf.function(reduce_retracing=False)",
            "tf.constant(rate)",
            "rate",
        ),
        "The step is compiled anew in each epoch: move tf.function before both loops.": edit(
            "@tf.function(input_signature=[*rows, tf.TensorSpec([], tf.float32)])\n",
            "",
            "for rate in rates:\n",
            "for rate in rates:\n"
            "    compiled = tf.function(\n"
            "        step, input_signature=[*rows, tf.TensorSpec([], tf.float32)]\n"
            "    )\n",
            "step(x[part]",
            "compiled(x[part]",
        ),
        "The mean is that of the last epoch only.": edit(
            "for rate in rates:\n", "for rate in rates:\n    total, steps = 0.0, 0\n"
        ),
        "The sum of the losses comes back. Their mean is asked.": edit(
            "total / steps", "total / 1"
        ),
        "The last loss comes back. The mean over all steps is asked.": edit(
            "total += float(", "total = float(", "total / steps", "total"
        ),
        "The weights grow with the gradient: subtract it.": edit("W.assign_sub(", "W.assign_add("),
        "The rate is always the first one.": edit("tf.constant(rate)", "tf.constant(rates[0])"),
        "What is left of the examples, less than a batch, is dropped. It is a smaller last "
        "batch.": edit("range(0, len(x), batch)", "range(0, len(x) - batch + 1, batch)"),
        "A list of losses comes back. Their mean is asked.": edit(
            "0.0, 0\nrows",
            "[], 0\nrows",
            "total += float(step(x[part], t[part], tf.constant(rate)))",
            "total.append(float(step(x[part], t[part], tf.constant(rate))))",
            "total / steps",
            "total",
        ),
        "Python runs the loss twice in the step. The loss before the step is asked: keep it.": edit(
            "    return error\n", "    return loss(W, x, t)\n"
        ),
        "Each epoch is a single step with all examples. A step has `batch` of them.": edit(
            "range(0, len(x), batch)", "range(1)", "slice(start, start + batch)", "slice(None)"
        ),
        "The mean runs over the examples. It runs over the steps: a smaller batch counts as "
        "much as the others.": edit(
            "total += float(step(x[part], t[part], tf.constant(rate)))",
            "total += len(x[part]) * float(step(x[part], t[part], tf.constant(rate)))",
            "steps += 1",
            "steps += len(x[part])",
        ),
        "A Python list is filled while tracing: it holds a symbol of the graph, no number. Return "
        "the loss from the step, and add it up outside.": edit(
            "0.0, 0\nrows",
            "[], 0\nrows",
            "    return error\n",
            "    total.append(error)\n",
            "total += float(step(x[part], t[part], tf.constant(rate)))",
            "step(x[part], t[part], tf.constant(rate))",
            "total / steps",
            "float(np.mean(total))",
        ),
    },
)
